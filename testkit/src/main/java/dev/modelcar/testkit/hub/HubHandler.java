package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.FaultInjector;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.ExchangeLog;
import dev.modelcar.testkit.server.Handler;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hub itself: everything but the large files. */
final class HubHandler implements Handler {
  private final HubState state;
  private final Access access;
  private final InfoPages info;
  private final TreePages tree;
  private final FilePages files;

  HubHandler(HubState state, String cdnRoot) {
    this.state = state;
    this.access = new Access(state.tokens());
    this.info = new InfoPages();
    this.tree = new TreePages();
    this.files = new FilePages(cdnRoot);
  }

  @Override
  public void handle(Call call) throws IOException {
    HubRoute route = HubRoute.parse(call.method(), call.path());
    try (ExchangeLog.Entry<HubRequest> _ =
        state.log().open(() -> HubLog.record(route.kind(), call))) {
      call.paceAnswer(state.knobs().pace());
      Optional<Fault> fault = state.faults().next(route.kind(), call.target());
      if (fault.isPresent() && FaultInjector.inject(call, fault.get())) {
        return;
      }
      answer(new HubExchange(state, call, route, fault));
    }
  }

  private void answer(HubExchange exchange) throws IOException {
    HubRoute route = exchange.route();
    Optional<HubFault.QuotaExhausted> exhausted = exchange.fault(HubFault.QuotaExhausted.class);
    if (exhausted.isPresent()) {
      int seconds = exhausted.get().secondsLeft();
      Headers headers = Headers.of("RateLimit", "\"resolvers\";r=0;t=" + seconds);
      exchange.call().respond(429, headers);
    } else if (exchange.fault(HubFault.RedirectLoop.class).isPresent()) {
      exchange.text(307, Headers.of("Location", exchange.call().target()), "Redirecting");
    } else if (route.kind() == HubRequestKind.WHOAMI) {
      info.whoAmI(exchange);
    } else if (route.kind() == HubRequestKind.OTHER) {
      exchange.refuse(Refusal.withoutCode(404, "Sorry, we can't find the page."));
    } else {
      answerFromRepository(exchange);
    }
  }

  private void answerFromRepository(HubExchange exchange) throws IOException {
    HubRoute route = exchange.route();
    Optional<String> newName = state.newName(route.id());
    if (newName.isPresent()) {
      redirect(exchange, newName.get());
      return;
    }
    Optional<HubRepository> repository = state.find(route.id());
    Optional<Refusal> refusal = access.toSee(repository, exchange.token());
    if (refusal.isPresent()) {
      exchange.refuse(refusal.get());
      return;
    }
    HubRepository found = repository.orElseThrow();
    switch (route.kind()) {
      case REVISION -> info.revision(exchange, found);
      case REFS -> info.refs(exchange, found);
      case AUTH_CHECK -> info.authCheck(exchange, found);
      case TREE -> tree.tree(exchange, found);
      case PATHS_INFO -> tree.pathsInfo(exchange, found);
      case RESOLVE_HEAD, RESOLVE_GET -> files.resolve(exchange, found);
      case RESOLVE_CACHE -> files.resolveCache(exchange, found);
      case RAW -> files.raw(exchange, found);
      case WHOAMI, CDN, OTHER -> throw new IllegalStateException("not of a repository");
    }
  }

  private static void redirect(HubExchange exchange, String newName) throws IOException {
    String target = exchange.call().target();
    String location =
        target.replaceFirst(
            Pattern.quote("/" + exchange.route().id()) + "(?=/|\\?|$)",
            Matcher.quoteReplacement("/" + Urls.encodePath(newName)));
    exchange.text(
        307, Headers.of("Location", location), "Temporary Redirect. Redirecting to " + location);
  }
}
