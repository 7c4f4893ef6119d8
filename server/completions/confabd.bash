# bash completion for confabd; the package bash-completion finds it by its name.
_confabd() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  # In --lang=en the = is a word of its own.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  local options='--ip --port --listen --web-host --web-origin --web-proxy --lang --name --motd --idle-timeout --max-line --max-users --send-queue
    --write-timeout --vanished-after --announce-limit --threads --tls-cert --tls-key --tls-min --log-level --log-format --log-addresses --max-rooms --replay
    --recall-window --resume-window --dead-after --history --data-dir --sync --keep-days --keep-messages
    --keep-bytes --config --check-config --reload --print-config --check-data --export --backup
    --restore --version --help'
  case $previous in
    --lang) COMPREPLY=($(compgen -W 'en zh' -- "$current")) ;;
    --tls-min) COMPREPLY=($(compgen -W '1.2 1.3' -- "$current")) ;;
    --log-level) COMPREPLY=($(compgen -W 'trace debug info warn error off' -- "$current")) ;;
    --log-format) COMPREPLY=($(compgen -W 'text json journal' -- "$current")) ;;
    --log-addresses) COMPREPLY=($(compgen -W 'full net off' -- "$current")) ;;
    --dead-after) COMPREPLY=($(compgen -W '0 1 2' -- "$current")) ;;
    --history) COMPREPLY=($(compgen -W 'on off' -- "$current")) ;;
    --sync) COMPREPLY=($(compgen -W 'normal full' -- "$current")) ;;
    --ip) COMPREPLY=($(compgen -W '127.0.0.1 0.0.0.0 ::1 ::' -- "$current")) ;;
    --reload) COMPREPLY=($(compgen -W "$(pgrep -x 'confabd|server' 2>/dev/null)" -- "$current")) ;;
    --motd | --tls-cert | --tls-key | --config | --export) COMPREPLY=($(compgen -f -- "$current")) ;;
    --data-dir | --backup | --restore) COMPREPLY=($(compgen -d -- "$current")) ;;
    --port | --listen | --web-host | --web-origin | --web-proxy | --name | --idle-timeout | --max-line | --max-users | \
      --send-queue | --write-timeout | --vanished-after | --announce-limit | --threads | --max-rooms | \
      --replay | --recall-window | --resume-window | --keep-days | --keep-messages | --keep-bytes) COMPREPLY=() ;;
    *) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
  esac
}
complete -F _confabd confabd
