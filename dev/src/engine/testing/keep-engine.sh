#!/bin/sh
# Runs a private container engine for as long as standard input stays open, and leaves nothing behind.
# Whoever starts it may be killed at any moment: the end of its standard input is the one signal to stop.
#   keep-engine.sh RUN_FOLDER STORAGE_DRIVER BUSYBOX
# RUN_FOLDER is removed at the end. Needs dockerd, containerd and runc on PATH, and root.
set -u
run=$1 storage_driver=$2 busybox=$3
MAX_BRIDGES=250
MAX_STOP_SECONDS=15
bridge=''
exec 3<&0

# docker0 and its addresses belong to an engine of the machine's own. A bridge can be made only once,
# so that its number claims a subnet too, and engines can run side by side.
claim_bridge() {
  n=1
  while [ $n -le $MAX_BRIDGES ]; do
    if "$busybox" brctl addbr "kiloclaw-$n" 2>/dev/null; then
      bridge=kiloclaw-$n
      "$busybox" ip addr add "10.213.$n.1/24" dev "$bridge" && "$busybox" ip link set "$bridge" up
      return
    fi
    n=$((n + 1))
  done
  echo 'no network bridge can be made' >&2
  return 1
}

clean_up() {
  grep -F " $run/" /proc/self/mounts | cut -d' ' -f2 | sort -r | while read -r mount_point; do
    umount -l "$mount_point"
  done
  if [ -n "$bridge" ]; then
    "$busybox" ip link set "$bridge" down
    "$busybox" brctl delbr "$bridge"
  fi
  rm -rf --one-file-system "$run"
}

status=1
if claim_bridge; then
  dockerd --host "unix://$run/docker.sock" --data-root "$run/data" --exec-root "$run/exec" \
    --pidfile "$run/docker.pid" --storage-driver "$storage_driver" --bridge "$bridge" \
    --iptables=false --ip6tables=false --shutdown-timeout 2 >"$run/engine.log" 2>&1 </dev/null 3<&- &
  engine=$!
  {
    cat <&3 >/dev/null
    kill "$engine"
    sleep $MAX_STOP_SECONDS
    kill -KILL "$engine"
  } >/dev/null 2>&1 &
  stopper=$!
  wait "$engine"
  status=$?
  kill "$stopper" 2>/dev/null
  [ $status -eq 0 ] || tail -n 1 "$run/engine.log" >&2
fi
clean_up
exit $status
