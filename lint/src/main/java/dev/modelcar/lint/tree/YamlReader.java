package dev.modelcar.lint.tree;

import dev.modelcar.lint.tree.Value.Field;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Scalar;
import dev.modelcar.lint.tree.Value.ScalarType;
import dev.modelcar.lint.tree.Value.Sequence;
import dev.modelcar.lint.tree.YamlFile.Document;
import dev.modelcar.lint.tree.YamlFile.Fault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.Schema;

/** Reads YAML, and with it JSON, as the API server does. */
public final class YamlReader {
  /** A plain scalar without a tag, which is resolved here. */
  static final Tag PLAIN = new Tag("!modelcar/plain");

  private static final int MOST_CODE_POINTS = 256 << 20;
  private static final int MOST_ALIASES = 10_000;

  /** In characters. */
  private static final int LARGEST_BUFFER = 4 << 20;

  private YamlReader() {}

  private static final class Unresolved implements Schema {
    @Override
    public ScalarResolver getScalarResolver() {
      return (_, implicit) -> implicit ? PLAIN : Tag.STR;
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
      return Map.of();
    }
  }

  /** Never fails: what is wrong is in the result. */
  public static YamlFile read(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      Fault fault = new Fault(Fault.Kind.ENCODING, "the file is not UTF-8 text", Place.START);
      return new YamlFile("", false, List.of(), Optional.of(fault));
    }
    boolean mark = text.startsWith("\ufeff");
    String content = mark ? text.substring(1) : text;
    YamlFile file = parse(content, content, mark);
    // In JSON, unlike in YAML, tabs may indent.
    return file.fault().isPresent() && content.stripLeading().startsWith("{")
        ? parse(content, content.replace('\t', ' '), mark)
        : file;
  }

  private static YamlFile parse(String content, String parsed, boolean mark) {
    List<Document> documents = new ArrayList<>();
    Optional<Fault> fault = Optional.empty();
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setLabel("")
              .setSchema(new Unresolved())
              .setAllowDuplicateKeys(true)
              .setAllowNonScalarKeys(true)
              .setMaxAliasesForCollections(MOST_ALIASES)
              .setCodePointLimit(MOST_CODE_POINTS)
              .setUseMarks(true)
              .setBufferSize(bufferSize(parsed))
              .build();
      Iterator<Node> nodes = new Compose(settings).composeAllFromString(parsed).iterator();
      while (nodes.hasNext()) {
        NodeReader reader = new NodeReader();
        documents.add(reader.document(nodes.next()));
      }
    } catch (NodeReader.AliasException e) {
      fault = Optional.of(new Fault(Fault.Kind.ALIASES, String.valueOf(e.getMessage()), e.place));
    } catch (MarkedYamlEngineException e) {
      fault = Optional.of(syntax(e));
    } catch (YamlEngineException e) {
      boolean aliases = String.valueOf(e.getMessage()).contains("aliases");
      fault =
          Optional.of(
              new Fault(
                  aliases ? Fault.Kind.ALIASES : Fault.Kind.SYNTAX,
                  firstLine(String.valueOf(e.getMessage())),
                  Place.START));
    } catch (StackOverflowError e) {
      fault = Optional.of(new Fault(Fault.Kind.SYNTAX, "it is nested too deeply", Place.START));
    }
    return new YamlFile(content, mark, documents, fault);
  }

  /**
   * The parser keeps what it has not consumed, and copies it with each buffer that it reads: a long
   * text in small buffers takes it quadratic time. A buffer ends before the first character that
   * the parser refuses, as it refuses whole buffers and what stands before is still to be read.
   */
  private static int bufferSize(String text) {
    int readable = 0;
    while (readable < text.length()) {
      int point = text.codePointAt(readable);
      if (!StreamReader.isPrintable(point)) {
        break;
      }
      readable += Character.charCount(point);
    }
    int buffers = Math.ceilDiv(Math.max(1, readable), LARGEST_BUFFER);
    // The parser adds a character for a pair that would be cut in two.
    return Math.max(1, readable / buffers - 1);
  }

  private static Fault syntax(MarkedYamlEngineException e) {
    Place place =
        e.getProblemMark().or(e::getContextMark).map(YamlReader::place).orElse(Place.START);
    String context = e.getContext() == null ? "" : firstLine(e.getContext()) + ": ";
    return new Fault(Fault.Kind.SYNTAX, context + firstLine(e.getProblem()), place);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip();
  }

  static Place place(Mark mark) {
    return new Place(mark.getIndex(), mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** Used by tests and by what makes documents of its own. */
  public static Value value(String text) {
    YamlFile file = read(text.getBytes(StandardCharsets.UTF_8));
    if (file.fault().isPresent() || file.documents().size() != 1) {
      throw new IllegalArgumentException(
          file.fault().map(Fault::message).orElse("not one document"));
    }
    return file.documents().getFirst().root();
  }

  static Field field(String name, Value key, Value value) {
    return new Field(name, key.start(), key.end(), value);
  }

  static Scalar nothing(Place at) {
    return new Scalar(ScalarType.NULL, "", at, at);
  }

  static boolean isCollection(Value value) {
    return value instanceof Mapping || value instanceof Sequence;
  }
}
