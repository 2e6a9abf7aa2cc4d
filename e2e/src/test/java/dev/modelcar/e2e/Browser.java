package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real browser, and what every page of ours has to be in it. */
final class Browser implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int PHONE = 360;
  private static final int DESK = 1600;

  /** A sheet of A4 with margins, at 96 dots per inch. */
  private static final int SHEET = 718;

  /**
   * Texts that lie upon each other, and what sticks out. Boxes are those of lines of text, cut to
   * what scrolls by itself; neighbouring lines may touch.
   */
  private static final String OVERLAPS =
      """
      const boxes = [];
      const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
      while (walker.nextNode() && boxes.length < 4000) {
        const node = walker.currentNode;
        const shown = node.parentElement.checkVisibility({ visibilityProperty: true });
        if (!node.data.trim() || !shown || node.parentElement.closest("title, script, style")) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const wide = node.parentElement.closest(".wide");
        const clip = wide ? wide.getBoundingClientRect() : { left: -1e9, right: 1e9 };
        for (const rect of range.getClientRects()) {
          const left = Math.max(rect.left, clip.left), right = Math.min(rect.right, clip.right);
          if (right - left > 1) boxes.push({ left, right, top: rect.top, bottom: rect.bottom, node });
        }
      }
      boxes.sort((a, b) => a.top - b.top);
      const found = [];
      boxes.forEach((a, i) => {
        for (let k = i + 1; k < boxes.length && boxes[k].top < a.bottom; k++) {
          const b = boxes[k];
          const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
          const height = Math.min(a.bottom, b.bottom) - b.top;
          if (a.node !== b.node && width > 2 && height > 5) {
            found.push(`"${a.node.data.trim().slice(0, 40)}" and "${b.node.data.trim().slice(0, 40)}"`);
          }
        }
      });
      return found.slice(0, 5);
      """;

  /** What a screen shows and paper does not; what is there to be operated is of no use on paper. */
  private static final String TEXTS =
      """
      const operated = ".search, button, fieldset, [role=status]";
      return [...document.querySelectorAll("main *")]
        .filter((one) => !one.closest(operated) && one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((one) => one.textContent.trim());
      """;

  private static final String CUT =
      """
      return [...document.querySelectorAll("main .wide, main pre")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent.trim().slice(0, 60) + ": " + (one.scrollWidth - one.clientWidth));
      """;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static Browser start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Programs.need("chromium"));
    options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    LoggingPreferences all = new LoggingPreferences();
    all.enable(LogType.BROWSER, Level.ALL);
    all.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", all);
    Path program = Path.of(Programs.need("chromedriver"));
    return new Browser(
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(program.toFile())
                .usingAnyFreePort()
                .build(),
            options));
  }

  ChromeDriver driver() {
    return driver;
  }

  /** Opens a page, and returns its text; nothing was complained of, and nobody was asked. */
  String open(String address, String title) throws IOException {
    driver.manage().logs().get(LogType.BROWSER);
    driver.manage().logs().get(LogType.PERFORMANCE);
    driver.get(address);
    new WebDriverWait(driver, PATIENCE).until(at -> driver.getTitle().contains(title));
    assertThat(driver.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    if (address.startsWith("file:")) {
      assertThat(driver.manage().logs().get(LogType.PERFORMANCE).getAll())
          .extracting(entry -> entry.getMessage())
          .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
          .filteredOn(message -> !message.contains("\"url\":\"data:,\""))
          .hasSizeLessThanOrEqualTo(1);
    }
    keep(title.replace(": ", "-"));
    // Whoever takes a picture has waited for the paint.
    Object paint =
        driver.executeScript(
            "return performance.getEntriesByType('paint').map(at => at.name + ' ' + Math.round(at.startTime) + ' ms').join(', ')");
    System.out.printf("%s: %s (aim: 300 ms)%n", driver.getTitle(), paint);
    return text();
  }

  String text() {
    return driver.findElement(By.tagName("main")).getText();
  }

  private void keep(String name) throws IOException {
    Path picture = Path.of(System.getProperty("modelcar.root"), "e2e/target/pages", name + ".png");
    Files.createDirectories(picture.getParent());
    Files.write(picture, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** What people need who see it in other ways, on a phone, a desk and paper. */
  void assertGood(String name) throws IOException {
    List<Rule> violations = new AxeBuilder().analyze(driver).getViolations();
    assertThat(violations).extracting(rule -> rule.getId() + ": " + rule.getNodes()).isEmpty();
    for (int width : List.of(DESK, PHONE)) {
      width(width);
      assertThat(number("document.documentElement.scrollWidth"))
          .as("width of %s at %d pixels", name, width)
          .isLessThanOrEqualTo(number("window.innerWidth"));
      assertNothingOverlaps(name + " at " + width);
      keep(name + "-" + width);
    }
    width(SHEET);
    List<String> shown = list(TEXTS);
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    try {
      assertThat(list(TEXTS)).as(name + " on paper").containsAll(shown);
      assertThat(list(CUT)).as("cut off on paper").isEmpty();
      assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(SHEET);
      assertNothingOverlaps(name + " on paper");
      keep(name + "-paper");
    } finally {
      driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
      driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  /** Windows of this browser have a least width, which phones do not. */
  private void width(int pixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    // The chart is drawn anew once the width has settled.
    driver.executeAsyncScript("setTimeout(arguments[arguments.length - 1], 300)");
  }

  private void assertNothingOverlaps(String where) {
    assertThat(list(OVERLAPS)).as("texts upon each other: " + where).isEmpty();
  }

  private List<String> list(String script) {
    return ((List<?>) Objects.requireNonNull(driver.executeScript(script)))
        .stream().map(String::valueOf).toList();
  }

  private long number(String expression) {
    return ((Number) Objects.requireNonNull(driver.executeScript("return " + expression)))
        .longValue();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
