# bash completion for confab; the package bash-completion finds it by its name.
_confab() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  # In --lang=en the = is a word of its own.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  local options='--ip --port --tls --ca --pin --name --lang --color --bell --plain --quiet --linger --reconnect --once --config
    --version --help'
  case $previous in
    --lang) COMPREPLY=($(compgen -W 'en zh' -- "$current")) ;;
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$current")) ;;
    --bell) COMPREPLY=($(compgen -W 'off pm mention all' -- "$current")) ;;
    --ip) COMPREPLY=($(compgen -A hostname -W '127.0.0.1 ::1' -- "$current")) ;;
    --config | --ca) COMPREPLY=($(compgen -f -- "$current")) ;;
    --port | --pin | --name | --linger | --reconnect | --once) COMPREPLY=() ;;
    *)
      COMPREPLY=($(compgen -W "$options" -- "$current"))
      [[ $current == -* ]] || COMPREPLY+=($(compgen -A hostname -- "$current"))
      ;;
  esac
}
complete -F _confab confab
