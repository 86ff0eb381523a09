#!/usr/bin/env bash
# A Slurm of one machine on loopback, for tests: everything it writes lies in one folder, nothing of the system's own configuration is read or changed.
#   cluster.sh start FOLDER [CPUS]   prints the path of the slurm.conf to set SLURM_CONF to
#   cluster.sh stop FOLDER
# Needs root, and Debian's slurm-wlm and munge. Partition "low" (the default) makes way for jobs of partition "high".
set -euo pipefail
action=$1 folder=$(readlink -m "$2") cpus=${3:-4}

stop() {
    # What a failed test left at work: processes of jobs of this very cluster.
    for environment in $(grep -lszF "SLURM_CONF=$folder/slurm.conf" /proc/[0-9]*/environ 2>/dev/null || true); do
        grep -qszF SLURM_JOB_ID= "$environment" && kill -9 "$(basename "$(dirname "$environment")")" 2>/dev/null || true
    done
    for daemon in slurmctld slurmd munged; do
        [ -s "$folder/$daemon.pid" ] || continue
        pid=$(cat "$folder/$daemon.pid")
        kill "$pid" 2>/dev/null || true
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
        kill -9 "$pid" 2>/dev/null || true
        rm -f "$folder/$daemon.pid"
    done
}

configure() {
    cat >"$folder/slurm.conf" <<CONF
ClusterName=itc
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$1
SlurmdPort=$2
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=6
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=120
MessageTimeout=100
TCPTimeout=30
ReturnToService=2
SlurmdTimeout=0
SchedulerParameters=sched_interval=2,sched_min_interval=0,batch_sched_delay=0,bf_interval=1
SlurmdParameters=config_overrides
NodeName=itc-node NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime=120 MaxTime=INFINITE State=UP
PartitionName=high Nodes=ALL PriorityTier=2 PreemptMode=OFF MaxTime=INFINITE State=UP
CONF
}

start() {
    mkdir -p "$folder/state" "$folder/spool"
    chmod 755 "$folder"
    export SLURM_CONF=$folder/slurm.conf
    head -c 128 /dev/urandom >"$folder/munge.key"
    chmod 600 "$folder/munge.key"
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --log-file="$folder/munged.log" --pid-file="$folder/munged.pid" --seed-file="$folder/munged.seed"
    # Ports may be taken: then the daemon ends, and others are tried.
    for _ in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 12000))
        configure $port $((port + 1))
        if slurmctld -c -f "$SLURM_CONF" && slurmd -f "$SLURM_CONF" -N itc-node; then
            for _ in $(seq 300); do
                if [ "$(sinfo --noheader --partition=low --format=%t 2>/dev/null)" = idle ]; then
                    echo "$SLURM_CONF"
                    return
                fi
                [ -s "$folder/slurmctld.pid" ] && kill -0 "$(cat "$folder/slurmctld.pid")" 2>/dev/null || break
                sleep 0.2
            done
        fi
        for daemon in slurmctld slurmd; do [ -s "$folder/$daemon.pid" ] && kill -9 "$(cat "$folder/$daemon.pid")" 2>/dev/null || true; rm -f "$folder/$daemon.pid"; done
    done
    tail -n 5 "$folder/slurmctld.log" "$folder/slurmd.log" >&2
    return 1
}

case $action in
    start) start || { stop; exit 1; } ;;
    stop) stop ;;
    *) echo "usage: cluster.sh start|stop FOLDER [CPUS]" >&2; exit 2 ;;
esac
