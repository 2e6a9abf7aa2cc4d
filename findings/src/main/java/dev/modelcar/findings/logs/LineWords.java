package dev.modelcar.findings.logs;

import java.util.regex.Pattern;

/**
 * What a line of a log says of an error: that there is one, that it does not count, that it is
 * over.
 */
public final class LineWords {
  private static final String TIDIES = "rm|rmi|delete|logout|prune|unlock|umount|stop|down";

  /** That something failed, in the languages of common programs. */
  public static final Pattern ERROR =
      Pattern.compile(
          "(?i)\\b(?:error|fail(?:ed|ure)?|fatal|fata|denied|exception)\\b|Error:|\\bfehler\\b|错误|\\berreur\\b|\\berrore?\\b|エラー|ошибка|오류");

  /** What is said of a failure that does not matter; what is to be done first is no such word. */
  public static final Pattern WENT_ON =
      Pattern.compile(
          "(?i)(?<!before |not |without |and then )\\b(?:continuing|proceeding|carrying on|going on)\\b|\\(ignored\\)\\s*$|\\bnot enforced\\b| -> (?:using|\\w+ disabled)\\b|, \\w+ing without\\b|(?:\\bno [\\w-]+|\\bnot (?:available|found|installed)), using\\b");

  /** What is said of no failure. */
  public static final Pattern NOISE =
      Pattern.compile(
          "(?i)(?<!choose to )\\bignor(?:ed|ing|e)\\b(?!=)|falling back|\\bwarn(?:ing)?\\b(?! Error[^\\n]*/dev/shm)|\\bdeprecat|(?<!=|help )\\bdebug\\b|\\binfo\\b|non-fatal|^wandb: (?!ERROR api_key)|Unable to register cu\\w+ factory|harmless|\\bskipp(?:ed|ing)\\b(?!=)|\\brecovered\\b|\\.\\.\\. ?ok\\s*$|\\b(?-i:PASS(?:ED)?)\\b|^\\s*see https?://|\\bHTTP Error 404 thrown while requesting HEAD\\b"
              + "|\\btrying (?:next|again|another|the next)\\b|\\bwill (?:try|use)\\b|\\blast run\\b|\\bprevious run\\b"
              + "|\\bfrom (?:the )?(?:last|previous|earlier)\\b|\\bused to\\b|^\\s*[#+] |\\becho \\b|\\b0 errors\\b|\\bno errors?\\b|\\bif you see\\b|(?<![.\\w])example:(?! -)"
              + "|^\\s*[-*•]\\s+`|"
              + WENT_ON.pattern()
              + "|\\b(?:checking|looking|searching|grepping|scanning) for \"|\\bnone found\\b"
              // What watches the work does not do it.
              + "|\\b(?:telemetry|opentelemetry|otel|otlp|statsd|datadog|sentry|jaeger|zipkin|pushgateway|usage[ _-]stat\\w*)\\b|:(?:4317|4318|8125|9091)\\b"
              // Quoted by what reads documents: tables, linters, scanners.
              + "|^\\s*[|│┃] (?!Error: |[^\\n]*\\bUNAVAILABLE: )|^\\S+\\.(?:md|rst|adoc|txt|html)(?::\\d+)*:?\\s|^\\S+\\.(?:log|csv|jsonl?):\\d+:|^(?:File|Finding|Secret|Match|Line): ");

  /** What a test says of the words that it looked for, or found. */
  public static final Pattern ASSERTION =
      Pattern.compile(
          "^\\s*[E>]\\s+|\\bassert\\b|\\bAssertionError\\b|\\bwant(?:ed)?:? \"|^\\s*--- FAIL|\\bexpected (?!(?:digest )?(?:sha256:[0-9a-f]{4}|[0-9a-f]{8}))[^\\n]*\\b(?:but|got|to (?:contain|equal|be|have|match))\\b");

  /** What is said of a failure that is not yet final; it counts only as the very last word. */
  public static final Pattern REPEATED =
      Pattern.compile(
          "(?i)\\bretry(?:ing)?\\b|\\bretries\\b|\\battempt \\d|\\bresum(?:ed|ing)\\b|\\bbacking off\\b|Error from server \\(NotFound\\): (?!error when )");

  /** That something was done; only where {@link #NOT_SUCCESS} is not said as well. */
  public static final Pattern SUCCESS =
      Pattern.compile(
          "(?i)\\bsucceeded\\b|\\bsuccessful(?:ly)?\\b|\\bsuccess\\b|\\bcompleted?\\b|\\bdone\\b|\\bwriting manifest to image destination\\b|\\bstoring signatures\\b"
              + "|\\bconnected\\b|\\bok\\b|\\bpushed\\b|\\buploaded\\b|\\bdownloaded\\b|\\b100%|(?:^|= )\\d+ passed(?:, \\d+ \\w+)* in [\\d.]+s");

  /** What denies a success. */
  public static final Pattern NOT_SUCCESS =
      Pattern.compile(
          "(?i)\\bnot\\b|\\bun(?:successful|able)|\\bfail|\\berror\\b|\\bdenied\\b|\\bunauthorized\\b|\\bcannot\\b|n't\\b|\\bno \\w+\\b"
              // Of packages that go tests one by one.
              + "|^ok\\s+\\S+\\s+(?:[\\d.]+s|\\(cached\\))");

  /** How programs head the error that ends them. */
  public static final Pattern FATAL =
      Pattern.compile(
          "^(?:Traceback \\(most recent|(?:\\S+ )?(?:[Ee]rror|ERROR|FATAL|FATA|[Ff]atal|panic)\\b)|level=(?:fatal|error)|^\\w+(?:\\.\\w+)*(?:Error|Exception)\\b|^Exception in thread");

  /** What programs that tidy up say of what they cannot remove or end. */
  public static final Pattern CLEANUP =
      Pattern.compile("^(?:/\\S+/)?(?:rm|rmdir|unlink|umount|kill|pkill): ");

  /** The next command that a shell traces; not one that ends the script or says why. */
  public static final Pattern COMMAND =
      Pattern.compile(
          "^\\++ (?![^\\n]*\\b(?:"
              + TIDIES
              + "|hooks\\.slack|webhook|notify)\\b)(?!(?:exit|echo|printf|cat|rm|rmdir|kill|pkill|wait|trap|cleanup|false|true|return|set|test|\\[+|umount|die|fail|sleep|ls|df|env|tail|head)\\b|\\[|\\w+=)");

  /** A program was told to end: what fails after that had to. */
  public static final Pattern TOLD_TO_END =
      Pattern.compile(
          "(?i)\\b(?:received|got|caught|handling)\\b[^\\n]{0,20}\\b(?:SIGTERM|signal:? (?:15|term(?:inated)?))\\b|\\bSIGTERM (?:received|caught)\\b|\\bWaiting for application shutdown\\b|^(?:\\w+:?\\s+)?Shutting down\\.?$|\\bgraceful(?:ly)? shut(?:ting)? ?down\\b");

  /** What a listing of files prints. */
  public static final Pattern LISTED =
      Pattern.compile("^total \\d+[KMG]?$|^[-dlbcps](?:[r-][w-][xsStT-]){3}[.+@]?\\s+\\d+ ");

  /** A function for the end of a script, as a shell traces its call. */
  public static final Pattern END_CALLED =
      Pattern.compile(
          "^\\++ (?:cleanup|clean_up|on_exit|onexit|teardown|tear_down|finish|finally|(?:\\S*/)?(?:report|notify)[\\w.-]*)(?:\\s|$)");

  /** A command that tidies up, as a shell traces it; what fails after it is none of the work's. */
  public static final Pattern TIDYING =
      Pattern.compile("^\\++ [^\\n]*\\b(?:" + TIDIES + "|kill)\\b");

  /** What programs say before they end, whatever the reason. */
  public static final Pattern FAREWELL =
      Pattern.compile(
          "(?i)^(?:[\\[(]?[\\d:.,TZ/+-]{4,}[\\])]?\\s+|[IWEF]\\d{4} [\\d:.]+ +\\d+ [^\\]]+\\] |\\[?\\w+\\]?:?\\s+)?\\W*(?:clean(?:ing|ed|up)?|tidy(?:ing)?|remov(?:e|ing|ed)|delet(?:e|ing|ed)|stopp?(?:ing|ed)?|clos(?:e|ing|ed)|shut(?:ting)? ?down|terminat(?:e|ing|ed)"
              + "|unmount(?:ing|ed)?|releas(?:ing|ed)|tear(?:ing)? ?down|(?:good ?)?bye|finish(?:ed|ing)|total (?:time|duration)|elapsed|took|real|user|sys|duration|logs?|see|uploading (?:logs?|artifacts?|reports?)"
              + "|saving (?:logs?|artifacts?|cache)|report|notif(?:y|ying|ied)|posting|sending (?:mail|notification)|kill(?:ing|ed)?|roll(?:ing)? ?back|undo(?:ing)?|revert(?:ing|ed)?|restor(?:ing|ed)|filesystem|/dev/|tmpfs|overlay|waiting for in-flight|all models are stopped|timeout \\d+: found|terraform acquires a state lock)\\b"
              + "|^\\W*$|\\b\\d{1,3}%\\||^wandb:|^\\[notice\\]|^\\(raylet\\)|^ok\\s+\\S+\\s+(?:[\\d.]+s|\\(cached\\))|^#\\d+ CANCELED|^More details here:|^curl failed to verify|^establish a secure connection|^how to fix it,|^and the repository exists|are the current available storage type|^\\s*(?:Transferred|Errors|Checks|Deleted|Elapsed time): |^\\[rank\\d+\\]:\\[W|\\bresource_tracker\\b|^git(?:-lfs/| version )|^by multiple users at the same time\\.|^again\\. For most commands|^flag, but this is");

  /** A line that speaks of something bad, or belongs to one that does. */
  public static final Pattern ERRORISH =
      Pattern.compile(
          "(?i)error|fail|fatal|fata\\[|denied|unauthorized|exception|exit|abort|cannot|can't|could(?: not|n't)|(?:is|are) not\\b|unable|not found|unknown|invalid|required|refused|forbidden|traceback|timed? ?out|no such|missing|killed|not permitted|too large|blocked|ended with|\\brc=\\d|rate limit|unexpected|mismatch|differs|not supported"
              + "|^\\s|^$|^[}\\])]|^(?:at|caused by|if you (?:are|want|see)|hint|see|usage|run|try|please|make sure|check|note|for more|consider|check ?out|to (?:see|update|fix|solve|continue)|re-?run|you (?:can|may|need)|learn more|elapsed)\\b|what to do|^'?https?:?//\\S+$|^[-=*^~+|┌└├─┬┴┼┐┘┤╷╵│ ]+$|^│|^\\*\\*\\*|^Process \\S+:$|^(?:Docker|Container)file(?:\\.\\w+)?:\\d+$|^>$|^[\\[\\]\\w.-]+:$|^ls:|^\\+");

  private LineWords() {}
}
