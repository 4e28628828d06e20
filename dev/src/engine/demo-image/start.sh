#!/bin/sh
# Counts the machine's starts on its volume, then shows them and the machine's limits on port 8080.
mkdir -p /data
echo "started $(date -u +%Y-%m-%dT%H:%M:%SZ)" >>/data/starts.log
# The first process of a container ignores the signal to stop unless it asks for it.
trap 'exit 0' TERM INT
httpd -f -p 8080 -h /www &
wait
