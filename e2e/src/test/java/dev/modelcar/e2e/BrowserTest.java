package dev.modelcar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import dev.modelcar.testkit.ChildProcess;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.GeneratedModel;
import dev.modelcar.testkit.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page of a run in a real browser: whole, quiet, accessible, and live. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final GeneratedModel MODEL = GeneratedModel.llama(71, 4, 8 << 20);
  private static final String EVIL = "<img src=x onerror=document.title='owned'>.json";

  @TempDir private static Path folder;
  private ChromeDriver browser;
  private FakeHub hub;

  @BeforeAll
  void start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Programs.need("chromium"));
    options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    LoggingPreferences all = new LoggingPreferences();
    all.enable(LogType.BROWSER, Level.ALL);
    all.enable(LogType.PERFORMANCE, Level.ALL);
    options.setCapability("goog:loggingPrefs", all);
    Path driver = Path.of(Programs.need("chromedriver"));
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver.toFile())
                .usingAnyFreePort()
                .build(),
            options);
    hub = FakeHub.start();
    MODEL.hashAll();
    hub.add("team/model", MODEL);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.quit();
      hub.close();
    }
  }

  private Modelcar modelcar() throws IOException {
    return Modelcar.in(folder.resolve("home")).with(hub);
  }

  private static String place(FakeRegistry registry, String image) {
    return "http://127.0.0.1:" + registry.server().port() + "/" + image;
  }

  private Path ship(FakeRegistry registry, String name, int code, String... more)
      throws IOException {
    Path page = folder.resolve(name + ".html");
    List<String> words = new java.util.ArrayList<>(List.of("ship", "hf://team/model"));
    words.addAll(List.of("--base=none", "--state-dir=none", "--html=" + page));
    words.add("--to=" + place(registry, "team/model:" + name));
    words.addAll(List.of(more));
    try (ChildProcess process = modelcar().start(words.toArray(String[]::new))) {
      assertThat(process.await(PATIENCE).orElse(-1)).as(process.output()).isEqualTo(code);
    }
    return page;
  }

  /** Opens a page, and returns its text; nothing was complained of, and nobody was asked. */
  private String open(String address, String title) throws IOException {
    browser.manage().logs().get(LogType.BROWSER);
    browser.manage().logs().get(LogType.PERFORMANCE);
    browser.get(address);
    new WebDriverWait(browser, PATIENCE).until(at -> browser.getTitle().contains(title));
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll()).isEmpty();
    if (address.startsWith("file:")) {
      assertThat(browser.manage().logs().get(LogType.PERFORMANCE).getAll())
          .extracting(entry -> entry.getMessage())
          .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
          .filteredOn(message -> !message.contains("\"url\":\"data:,\""))
          .hasSizeLessThanOrEqualTo(1);
    }
    Path picture = Path.of(System.getProperty("modelcar.root"), "e2e/target/pages", title + ".png");
    Files.createDirectories(picture.getParent());
    Files.write(picture, browser.getScreenshotAs(OutputType.BYTES));
    return browser.findElement(By.tagName("main")).getText();
  }

  private void assertAccessible() {
    List<Rule> violations = new AxeBuilder().analyze(browser).getViolations();
    assertThat(violations).extracting(rule -> rule.getId() + ": " + rule.getNodes()).isEmpty();
  }

  private void assertFits(int width) {
    browser.manage().window().setSize(new Dimension(width, 900));
    Object over =
        browser.executeScript(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(Long.parseLong(String.valueOf(over)))
        .as("beyond %d pixels", width)
        .isLessThanOrEqualTo(0);
  }

  @Test
  void aShipmentIsShownFromItsSourceToItsRegistry() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      String text = open(ship(registry, "good", 0).toUri().toString(), "succeeded");
      String digest = registry.manifest("team/model", "good").orElseThrow().digest();
      assertThat(text)
          .contains("succeeded", digest, "Chain of custody", "Layers over time", "Throughput")
          .contains("model-00001-of-00004.safetensors", "Run it again");
      assertThat(browser.findElements(By.cssSelector("svg rect.lane-move")).size())
          .isGreaterThanOrEqualTo(5);
      assertThat(browser.findElements(By.cssSelector(".uplot canvas"))).hasSize(1);
      browser.findElement(By.id("find-files")).sendKeys("00003-of");
      assertThat(browser.findElement(By.cssSelector("[role=status]")).getText())
          .startsWith("1 of ");
      assertAccessible();
      assertFits(1600);
      assertFits(500);
    }
  }

  @Test
  void aFailureIsShownWithWhatToDo() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Path page = ship(registry, "bad", 8, "--to=127.0.0.1:1/x/y:z", "--retry-for=1s");
      assertThat(open(page.toUri().toString(), "failed"))
          .contains("partly failed (exit code 8)", "refused");
      assertAccessible();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void whatNamesSayStaysText(String scheme) throws IOException {
    Path model = Files.createDirectories(folder.resolve("evil-" + scheme));
    MODEL.writeTo(model);
    Files.writeString(model.resolve(EVIL), "{}");
    Path page = folder.resolve("evil.html");
    modelcar()
        .ship(
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=oci:" + folder.resolve("layout") + ":v1",
            "--html=" + page);
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        java.util.Map.of(
            "features",
            List.of(java.util.Map.of("name", "prefers-color-scheme", "value", scheme))));
    assertThat(open(page.toUri().toString(), "succeeded")).contains(EVIL);
    assertThat(browser.getTitle()).doesNotContain("owned");
    assertAccessible();
  }

  @Test
  void aRunIsFollowedFromItsBeginningToItsEnd() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.rateLimit(4L << 20);
      try (ChildProcess ship =
          modelcar()
              .start(
                  "ship",
                  "hf://team/model",
                  "--base=none",
                  "--state-dir=none",
                  "--live",
                  "--to=" + place(registry, "team/model:live"))) {
        String address = Pipelines.awaitWords(ship, "^live: (http://127\\.0\\.0\\.1:\\d+/)$");
        assertThat(open(address, "running")).contains("running");
        registry.rateLimit(Long.MAX_VALUE);
        new WebDriverWait(browser, PATIENCE).until(at -> browser.getTitle().contains("succeeded"));
        assertThat(ship.await(PATIENCE)).hasValue(0);
        assertThat(browser.findElement(By.tagName("main")).getText()).contains("sha256:");
      }
    }
  }

  /** For the model's other files. */
  @Test
  void thousandsOfFilesAreShown() throws IOException {
    Path model = Files.createDirectories(folder.resolve("many"));
    MODEL.writeTo(model);
    for (int i = 0; i < 3000; i++) {
      Files.writeString(model.resolve("label-%04d.json".formatted(i)), "{\"id\":%d}".formatted(i));
    }
    Path page = folder.resolve("many.html");
    modelcar()
        .ship(
            model.toString(),
            "--base=none",
            "--state-dir=none",
            "--to=oci:" + folder.resolve("many-layout") + ":v1",
            "--html=" + page);
    assertThat(open(page.toUri().toString(), "succeeded")).contains("the first 1000 of 3");
    browser.findElement(By.id("find-files")).sendKeys("label-2999");
    assertThat(browser.findElement(By.tagName("main")).getText()).contains("label-2999.json");
    assertThat(Files.size(page)).isLessThan(300 << 10);
  }
}
