#!/bin/sh
# What the machine may use (null: no limit), and what lies on its volume.
cgroup=/sys/fs/cgroup
if [ -r $cgroup/memory.max ]; then
  memory_bytes=$(cat $cgroup/memory.max)
  read -r quota period <$cgroup/cpu.max
else
  memory_bytes=$(cat $cgroup/memory/memory.limit_in_bytes)
  quota=$(cat $cgroup/cpu/cpu.cfs_quota_us)
  period=$(cat $cgroup/cpu/cpu.cfs_period_us)
fi
case $memory_bytes in max) memory_mb=null ;; *) memory_mb=$((memory_bytes / 1048576)) ;; esac
case $quota in max | -1) cpus=null ;; *) cpus=$(echo "$quota $period" | awk '{ print $1 / $2 }') ;; esac

files=''
for path in /data/*; do
  [ -e "$path" ] || continue
  name=$(basename "$path" | sed 's/[\\"]/\\&/g' | tr -d '\000-\037')
  files="$files${files:+,}\"$name\""
done
starts=$(wc -l </data/starts.log)
printf 'Content-Type: application/json\r\n\r\n'
printf '{"cpus":%s,"memory_mb":%s,"starts":%s,"data":[%s]}\n' "$cpus" "$memory_mb" "$starts" "$files"
