# Sourced: lets a build of minutes say where it is.

# Reads what Maven says, and prints a line for each module and for each class of tests, with the time since the start.
build_progress() {
  local start=$SECONDS line module='' files=0
  while IFS= read -r line; do
    case $line in
      *'Building modelcar'*'['*'/'*']'*)
        module=${line#*Building }
        printf '%3d s  %s\n' $((SECONDS - start)) "$(tr -s ' ' <<<"$module")"
        ;;
      *'Downloaded from '*)
        files=$((files + 1))
        [ $((files % 50)) != 0 ] || printf '%3d s    %d files downloaded\n' $((SECONDS - start)) "$files"
        ;;
      *'Tests run: '*' -- in '*)
        printf '%3d s    %s\n' $((SECONDS - start)) "${line##* -- in dev.modelcar.}: ${line#*] }" |
          sed 's/, Time elapsed.*//'
        ;;
    esac
  done
}
