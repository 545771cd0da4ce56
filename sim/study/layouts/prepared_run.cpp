#include "study/layouts/prepared_run.hpp"

#include "platform/impossible.hpp"
#include "study/layouts/layout_search.hpp"
#include "study/layouts/layout_text.hpp"
#include "study/point/fitted_run.hpp"
#include "study/point/processors.hpp"

#include <algorithm>
#include <utility>

namespace podsim::study {

PreparedRun prepared(Resolver& resolver, RunSpec spec) {
  if (!spec.search_layout) {
    FittedRun run = fitted(resolver, std::move(spec));
    return {std::move(run.spec), std::move(run.words), ""};
  }
  try {
    const LayoutSearch search =
        search_layouts(resolver.resolve(spec).request, {.top = 1, .workers = std::min(2, available_processors())});
    if (search.best.empty()) return {std::move(spec), "", ""};
    spec.plan = search.best.front().choice;
    std::string options = layout_options(spec.plan);
    return {std::move(spec), "", std::move(options)};
  } catch (const platform::Impossible&) {
    return {std::move(spec), "", ""};
  }
}

}  // namespace podsim::study
