package dev.modelcar.source.hub;

import static dev.modelcar.fuzz.Verdict.survives;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.code_intelligence.jazzer.mutation.annotation.WithSize;
import dev.modelcar.fuzz.HostileServer;
import dev.modelcar.http.RetryListener;
import dev.modelcar.http.ranges.ReadBudget;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the Hub says. */
final class HubFuzzTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final SourceReference.Hub MODEL =
      (SourceReference.Hub) SourceReference.parse("hf://org/name");
  private static final String MODEL_PAGE = "{\"id\":\"org/name\",\"sha\":\"%s\"}".formatted(COMMIT);

  @DictionaryEntries({"hf://", "@refs/pr/1", "s3://", "file:", ".."})
  @FuzzTest(maxDuration = "1m")
  void references(@NotNull String text) {
    survives(() -> SourceReference.parse(text));
  }

  @DictionaryEntries({
    "{\"id\":\"org/name\",\"sha\":\"" + COMMIT + "\"}",
    "[{\"type\":\"file\",\"path\":\"a\",\"size\":3,\"oid\":\"" + COMMIT + "\"}]",
    ",\"lfs\":{\"oid\":\"",
    "<https://hub.example/api/models/org/name/tree/main?cursor=x>; rel=\"next\"",
    "{\"error\":\"Repository not found\"}",
    "RepoNotFound",
    "GatedRepo"
  })
  @FuzzTest(maxDuration = "3m")
  void answers(@NotNull @WithSize(max = 8) List<HostileServer.@NotNull Answer> answers) {
    ask(answers);
    // With a good beginning more of what follows is read.
    List<HostileServer.Answer> welcomed = new ArrayList<>(answers);
    welcomed.addFirst(new HostileServer.Answer(200, List.of(), MODEL_PAGE));
    ask(welcomed);
  }

  private static void ask(List<HostileServer.Answer> answers) {
    HostileServer server = new HostileServer(answers);
    HubSource source =
        new HubSource(
            HubSettings.of(Map.of("HF_ENDPOINT", "https://hub.example", "HOME", "/nowhere")),
            server,
            new ReadBudget(4 << 20, 1),
            server.retries(),
            RetryListener.none(),
            () -> Instant.EPOCH);
    survives(() -> {
      try (Snapshot snapshot = source.resolve(MODEL)) {
        for (ModelFile file : snapshot.files()) {
          survives(() -> head(file));
        }
      }
    });
  }

  private static void head(ModelFile file) throws IOException {
    file.head(64);
  }
}
