#include "catalog/text/error.hpp"
#include "study/grid/study_file.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace podsim::study {
namespace {

/// The refusal of one value: at its place in the study, with the words of the catalogue.
[[noreturn]] void refuse_setting(const Setting& setting, const std::string& key_path, const std::string& message) {
  const std::string mark = "\n  way out: ";
  const std::size_t way_out = message.rfind(mark);
  const bool marked = way_out != std::string::npos;
  catalog::fail(setting.value.place, key_path, "refused: " + message.substr(0, way_out),
                marked ? message.substr(way_out + mark.size()) : "correct the value or take it out");
}

/// All texts of a study, each path once, the study's own first.
class Inputs {
 public:
  explicit Inputs(const catalog::InputText& study) : texts_{study}, paths_{study.path} {}

  void add(std::vector<catalog::InputText> more) {
    for (catalog::InputText& input : more) {
      if (paths_.insert(input.path).second) texts_.push_back(std::move(input));
    }
  }

  std::vector<catalog::InputText> take() { return std::move(texts_); }

 private:
  std::vector<catalog::InputText> texts_;
  std::set<std::string> paths_;
};

void apply_settings(RunSpec& spec, const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) apply_axis_value(spec, setting.key, setting.value.text);
}

/// Whether the names at the top make a run without any axis: then what is wrong with them is no axis' fault.
bool stands_alone(const Study& study) {
  const auto names = [](const Dimension& dimension) {
    return dimension.sets("run.stack") || dimension.sets("platform.chip");
  };
  return !study.run.workload.empty() && !study.run.platform.empty() &&
         std::none_of(study.dimensions.begin(), study.dimensions.end(), names);
}

/// The names at the top of the study must exist, at their places; a file that is bad tells its own place.
void check_names(const catalog::Catalog& catalog, const Study& study) {
  for (const Setting& name : study.named) {
    const auto kind = name.key == "workload"   ? catalog::EntryKind::workload
                      : name.key == "platform" ? catalog::EntryKind::platform
                                               : catalog::EntryKind::stack;
    catalog.require_name(kind, name.value.text, name.value.place, name.key);
    catalog.check_entry(kind, name.value.text);
  }
}

/// The run without any axis: what is wrong now is how the names go together.
std::vector<catalog::InputText> check_names_together(Resolver& resolver, const Study& study) {
  try {
    return resolver.resolve(study.run).inputs;
  } catch (const catalog::InputError& error) {
    refuse_setting(study.named.back(), study.named.back().key, error.what());
  }
}

}  // namespace

std::vector<catalog::InputText> check_study(Resolver& resolver, const Study& study) {
  Inputs inputs(study.input);
  check_names(resolver.catalog(), study);
  if (stands_alone(study)) inputs.add(check_names_together(resolver, study));
  const std::size_t dimensions = study.dimensions.size();
  for (std::size_t tried = 0; tried < dimensions; ++tried) {
    RunSpec base = study.run;
    // A value is tried on the files that the others name, but not on values that come after it in the file.
    for (std::size_t other = 0; other < dimensions; ++other) {
      if (other == tried) continue;
      for (const Setting& setting : study.dimensions[other].settings.front()) {
        if (other < tried || setting.key.starts_with("run.")) apply_axis_value(base, setting.key, setting.value.text);
      }
    }
    for (const std::vector<Setting>& settings : study.dimensions[tried].settings) {
      RunSpec spec = base;
      apply_settings(spec, settings);
      try {
        inputs.add(resolver.resolve(spec).inputs);
      } catch (const catalog::InputError& error) {
        if (settings.empty()) throw;
        refuse_setting(settings.back(), "axes." + settings.back().key, error.what());
      }
    }
  }
  return inputs.take();
}

}  // namespace podsim::study
