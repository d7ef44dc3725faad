#!/usr/bin/env bash
# two_hosts.sh ALINEA CORPUS: trains on two hosts, network namespaces that a cable of TCP joins, and
# cuts the cable in the middle. Exit status 77: the machine does not let us.
set -uo pipefail
alinea=$(realpath "$1")
corpus=$(realpath "$2")
name=alinea$$
work=$(mktemp -d)
here=10.78.0.1
there=10.78.0.2

cleanup() {
  ip netns del "$name-1" 2> /dev/null
  ip netns del "$name-2" 2> /dev/null
  rm -rf "$work"
}
trap cleanup EXIT

not_here() {
  echo "NOT RUN: $1"
  exit 77
}

fail() {
  echo "FAILED: $1"
  cat "$work/said" 2> /dev/null
  exit 1
}

((EUID == 0)) || not_here "two hosts need network namespaces, and those need root"
command -v ip > /dev/null || not_here "there is no program ip, of the package iproute2"
{ ip netns add "$name-1" && ip netns add "$name-2" &&
  ip link add "${name}a" netns "$name-1" type veth peer name "${name}b" netns "$name-2"; } \
  2> "$work/why" || not_here "no network namespaces: $(head -n 1 "$work/why")"
ip -n "$name-1" addr add "$here/24" dev "${name}a"
ip -n "$name-2" addr add "$there/24" dev "${name}b"
for host in 1 2; do ip -n "$name-$host" link set lo up; done

# How mpirun reaches the other host: instead of ssh.
cat > "$work/agent" << AGENT
#!/bin/sh
shift
exec ip netns exec $name-2 unshare -u sh -c "hostname host-2; \$*"
AGENT
chmod +x "$work/agent"

export ASAN_OPTIONS=detect_leaks=0  # as in ranks.sh
export OMP_WAIT_POLICY=passive

# train RANK-TIMEOUT OPTIONS...: on a rank of each host.
train() {
  ip netns exec "$name-1" unshare -u sh -c 'hostname host-1; exec "$@"' mpirun \
    timeout 60 mpirun --allow-run-as-root --bind-to none --quiet --host "$here:1,$there:1" -n 2 \
    --mca plm_rsh_agent "$work/agent" --mca pml ob1 --mca btl tcp,self \
    --mca btl_tcp_if_include 10.78.0.0/24 --mca oob_tcp_if_include 10.78.0.0/24 \
    "$alinea" train --source "$work/train.de" --target "$work/train.en" \
    --valid-source "$work/valid.de" --valid-target "$work/valid.en" --model "$work/model" \
    --hidden-size 12 --embedding-size 7 --batch-size 16 --threads 1 --epochs 0 --patience 0 \
    --save-every 3 --rank-timeout "$@" > "$work/said" 2>&1
}

connect() {
  ip -n "$name-1" link set "${name}a" up
  ip -n "$name-2" link set "${name}b" up
}

newest() {
  find "$work/model" -name 'checkpoint-*' 2> /dev/null | grep -o '[0-9]*\.safe' | sort -n | tail -n 1
}

for language in de en; do
  head -n 300 "$corpus/train.$language" > "$work/train.$language"
  head -n 9 "$corpus/valid.$language" > "$work/valid.$language"
done

connect
(
  for ((i = 0; i < 300; ++i)); do
    [[ $(newest) =~ ^[3-9] ]] && break
    sleep 0.1
  done
  ip -n "$name-1" link set "${name}a" down
) &
begin=$SECONDS
train 1 && fail "the training ended well without its other half"
took=$((SECONDS - begin))
wait
grep -q 'update [0-9]*: rank 1 on host-2 did not answer' "$work/said" ||
  fail "nobody said which rank was cut off"
((took < 30)) || fail "it took $took seconds to end"

last=$(newest)
last=${last%.safe}
connect
train 30 --updates $((last + 5)) || fail "it did not go on"
grep -q "resuming from update $last$" "$work/said" || fail "it did not resume from update $last"
echo "cut off after update $last, ended after $took seconds, and went on"
