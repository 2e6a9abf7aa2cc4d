package dev.modelcar.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json.InvalidJsonException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void refuses(String text) {
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> Json.parse(utf8(text)))
        .withMessageNotContaining("secret");
  }

  @Nested
  class Reading {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "   ",
          "{",
          "[1,",
          "{\"a\":1}{\"b\":2}",
          "{\"a\":1} x",
          "{'a':1}",
          "{\"a\":1,}",
          "{\"secret\":1,\"secret\":2}",
          "{\"a\":NaN}",
          "{\"a\":01}",
          "// secret\n{}",
          "{\"a\":\"secret\u0001\"}",
          "\"secret",
          "<html>secret</html>",
        })
    void refusesWhatIsNotExactlyOneDocument(String text) {
      refuses(text);
    }

    @Test
    void saysWhereAndNotWhat() {
      assertThatExceptionOfType(InvalidJsonException.class)
          .isThrownBy(() -> Json.parse("{\n \"token\": \"secret\",\n \"token\": 2}"))
          .withMessageContaining("a duplicate key")
          .withMessageContaining("line 3")
          .withMessageNotContaining("token");
    }

    @Test
    void bearsNoBottomlessNesting() throws Exception {
      assertThat(Json.parse("[".repeat(64) + "]".repeat(64)).isArray()).isTrue();
      refuses("[".repeat(65) + "]".repeat(65));
      refuses("{\"a\":".repeat(100_000));
    }

    @Test
    void bearsNoEndlessNumbersAndNames() throws Exception {
      assertThat(Json.parse("9".repeat(64)).isIntegralNumber()).isTrue();
      refuses("9".repeat(65));
      refuses("1." + "0".repeat(100));
      refuses("{\"" + "n".repeat((1 << 20) + 1) + "\":1}");
    }

    @Test
    void bearsNoBytesThatAreNoText() {
      byte[] invalid = {'"', (byte) 0xc3, (byte) 0x28, '"'};
      assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> Json.parse(invalid));
      byte[] surrogate = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
      assertThatExceptionOfType(InvalidJsonException.class).isThrownBy(() -> Json.parse(surrogate));
    }

    @Test
    void readsAPartOfAnArray() throws Exception {
      byte[] bytes = utf8("xx{\"a\":1}yy");
      assertThat(Json.parse(bytes, 2, bytes.length - 4).path("a").intValue()).isEqualTo(1);
    }

    @Test
    void failsInOneWayOnly() {
      Random random = new Random(11);
      byte[] document = utf8("{\"a\":[1,2.5,true,null,\"x\\u00e4\"],\"b\":{\"c\":-7}}");
      for (int round = 0; round < 5_000; round++) {
        byte[] damaged = document.clone();
        for (int i = 0; i <= round % 4; i++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        try {
          assertThat(Json.parse(damaged)).isNotNull();
        } catch (InvalidJsonException e) {
          assertThat(e).hasMessageMatching(".+");
        }
      }
    }
  }

  @Nested
  class Asking {
    private final JsonNode node;

    Asking() throws InvalidJsonException {
      node =
          Json.parse(
              """
              {"text":"x","empty":"","number":7,"float":7.0,"huge":9223372036854775808,
               "negative":-1,"null":null,"texts":{"b":"2","a":"1","c":3,"d":null},"list":["x"]}
              """);
    }

    @Test
    void aTextIsNothingButAText() {
      assertThat(Json.text(node, "text")).contains("x");
      assertThat(Json.text(node, "empty")).contains("");
      for (String key : new String[] {"number", "null", "texts", "list", "absent"}) {
        assertThat(Json.text(node, key)).as(key).isEmpty();
      }
      assertThat(Json.text(node.path("list"), "text")).isEmpty();
      assertThat(Json.text(node.path("absent"), "text")).isEmpty();
    }

    @Test
    void aNumberIsWholeAndFits() {
      assertThat(Json.number(node, "number")).hasValue(7);
      assertThat(Json.number(node, "negative")).hasValue(-1);
      for (String key : new String[] {"float", "huge", "text", "null", "absent"}) {
        assertThat(Json.number(node, key)).as(key).isEmpty();
      }
    }

    @Test
    void textsAreSortedAndOnlyTexts() {
      assertThat(Json.texts(node, "texts")).containsExactly(entry("a", "1"), entry("b", "2"));
      assertThat(Json.texts(node, "list")).isEmpty();
      assertThat(Json.texts(node, "absent")).isEmpty();
    }

    private static java.util.Map.Entry<String, String> entry(String key, String value) {
      return java.util.Map.entry(key, value);
    }
  }

  @Nested
  class Writing {

    @Test
    void keepsTheOrderAndAddsNoSpace() {
      ObjectNode object = Json.object().put("z", 1).put("a", "ä\"\n");
      object.putArray("list").add(true).addNull();

      assertThat(Json.bytes(object))
          .isEqualTo(utf8("{\"z\":1,\"a\":\"ä\\\"\\n\",\"list\":[true,null]}"));
      assertThat(Json.bytes(object)).isEqualTo(Json.bytes(object.deepCopy()));
    }

    @Test
    void isReadBackAsItWas() throws Exception {
      ObjectNode object = Json.object();
      object.put("size", Long.MAX_VALUE).set("inner", Json.array().add("x").add(Json.object()));

      assertThat(Json.parse(Json.bytes(object))).isEqualTo(object);
      assertThat(Json.parse(Json.pretty(object))).isEqualTo(object);
      assertThat(Json.pretty(object)).contains("\n").doesNotEndWith("\n");
    }
  }
}
