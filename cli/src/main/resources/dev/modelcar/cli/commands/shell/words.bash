
# Models in the Hub's cache and tags of registries: modelcar itself is asked, and only for words that look like those.
# Shells split words at colons, so what stands before the last one is taken off.
function _modelcar_words() {
  local before="${COMP_LINE:0:COMP_POINT}"
  local word="${before##*[[:space:]]}" split="" found
  case "$word" in
    hf:* | *.*/*:* | *:[0-9]*/*:* | localhost*/*:*) ;;
    *) return 1 ;;
  esac
  case "$word" in
    --*=*) word="${word#*=}" ;;
  esac
  case "$COMP_WORDBREAKS" in
    *:*) split="${word%"${word##*:}"}" ;;
  esac
  COMPREPLY=()
  while IFS= read -r found; do
    COMPREPLY+=("${found#"$split"}")
  done < <("${COMP_WORDS[0]}" completion --words="$word" 2>/dev/null)
  [ ${#COMPREPLY[@]} -gt 0 ]
}

function _modelcar_all() {
  _modelcar_words || _complete_modelcar "$@"
}

complete -F _modelcar_all -o default modelcar
