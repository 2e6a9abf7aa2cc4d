package dev.modelcar.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.Sha256;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final Pattern INLINE =
      Pattern.compile("<(style|script)>(.*?)</(?:style|script)>", Pattern.DOTALL);

  @Test
  void thePolicyAllowsItsOwnScriptAndStylesAndNothingElse() throws Exception {
    String page = Page.of(Json.object().put("schema", RunRecord.SCHEMA));
    Matcher inline = INLINE.matcher(page);
    int found = 0;
    while (inline.find()) {
      found++;
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(inline.group(2).getBytes(StandardCharsets.UTF_8));
      String kind = inline.group(1);
      assertThat(page)
          .contains(kind + "-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
    assertThat(found).isEqualTo(2);
    assertThat(page)
        .contains("default-src 'none'", "connect-src 'none'")
        .doesNotContain("unsafe-inline");
  }

  @Test
  void whatANameSaysIsNoMarkup() {
    String evil = "</script><script>alert(1)</script><!--\u2028&amp;";
    ObjectNode run = Json.object();
    run.putArray("command").add("ship").add(evil);
    String page = Page.of(run);
    assertThat(page).doesNotContain("alert(1)</script>").contains("\\u003c/script\\u003e");
    assertThat(page.split("</script>", -1)).hasSize(3);
  }

  @Test
  void noTextIsEverParsedAsMarkup() {
    assertThat(Page.of(Json.object()))
        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
  }

  @Test
  void aPlanOfManyLayersAndFilesMakesASmallPage() {
    ObjectNode document = Json.object().put("schema", RunRecord.SCHEMA);
    document.putArray("command").add("plan");
    ArrayNode files = document.putArray("files");
    ObjectNode result = document.putObject("result");
    ArrayNode layers = result.putArray("layers");
    for (int i = 0; i < 200; i++) {
      String name = "model-%05d-of-00200.safetensors".formatted(i);
      String digest = Sha256.of(name.getBytes(StandardCharsets.UTF_8)).toString();
      ObjectNode layer = layers.addObject().put("name", name).put("bytes", 5L << 30);
      layer.put("base", false).put("digest", digest);
      layer.putArray("present").add(true).add(false);
      for (int k = 0; k < 5; k++) {
        String path = "some/folder/%d-%s".formatted(k, name);
        files
            .addObject()
            .put("path", path)
            .put("bytes", 1L << 30)
            .put("layer", name)
            .put("digest", Sha256.of(path.getBytes(StandardCharsets.UTF_8)).toString());
      }
    }
    ArrayNode targets = result.putArray("targets");
    targets.addObject().put("reference", "a.example/team/m:1").put("bytesToMove", 0L);
    targets.addObject().put("reference", "b.example/team/m:1").put("bytesToMove", 1000L << 30);
    int length = Page.of(document).getBytes(StandardCharsets.UTF_8).length;
    assertThat(length).isLessThan(300 << 10);
  }

  @Test
  void manyLayersAndFilesMakeASmallPage() {
    RunRecord run = new RunRecord(List.of("ship"), "modelcar 0", Instant.EPOCH, System::nanoTime);
    ArrayNode layers = Json.array();
    for (int i = 0; i < 200; i++) {
      String name = "model-%05d-of-00200.safetensors".formatted(i);
      for (String target : List.of("a.example/team/m:1", "b.example/team/m:1")) {
        run.on(new ShipmentEvent.LayerBegun(name, target, 5L << 30));
        run.on(new ShipmentEvent.LayerMoved(name, target, 5L << 30));
        run.on(
            new ShipmentEvent.LayerDone(
                name, target, Sha256.of(name.getBytes(StandardCharsets.UTF_8)), 5L << 30));
      }
      layers
          .addObject()
          .put("name", name)
          .put("digest", Sha256.of(name.getBytes(StandardCharsets.UTF_8)).toString())
          .put("bytes", 5L << 30)
          .put("mediaType", "application/vnd.oci.image.layer.v1.tar")
          .put("read", true);
    }
    ObjectNode result = Json.object();
    result.set("layers", layers);
    run.result(result);
    ObjectNode document = run.json();
    ArrayNode files = document.putArray("files");
    for (int i = 0; i < 1000; i++) {
      String path = "some/folder/model-%05d-of-01000.safetensors".formatted(i);
      files
          .addObject()
          .put("path", path)
          .put("bytes", 5L << 30)
          .put("layer", "model-%05d-of-00200.safetensors".formatted(i / 5))
          .put("digest", Sha256.of(path.getBytes(StandardCharsets.UTF_8)).toString());
    }
    int length = Page.of(document).getBytes(StandardCharsets.UTF_8).length;
    assertThat(length).isLessThan(300 << 10);
  }
}
