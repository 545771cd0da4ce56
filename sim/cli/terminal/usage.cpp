#include "cli/terminal/usage.hpp"

#include "catalog/text/nearest.hpp"
#include "catalog/yaml/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace podsim::cli {
namespace {

std::string help_of(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? "podsim --help" : fmt::format("podsim {} --help", command.get_name());
}

/// The subcommand that was parsed, or the program itself.
const CLI::App& parsed_command(const CLI::App& program) {
  const auto commands = program.get_subcommands();
  return commands.empty() ? program : *commands.front();
}

[[noreturn]] void fail_option(const CLI::App& command, const std::string& argument) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  const std::string written = argument.substr(0, argument.find('='));
  fail_usage(catalog::shortened(written), "unknown option",
             catalog::suggestion(written, names, "options") + "; see " + help_of(command));
}

[[noreturn]] void fail_subcommand(const CLI::App& program, const std::string& argument) {
  std::vector<std::string> names;
  for (const CLI::App* command : program.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (argument.empty()) fail_usage("SUBCOMMAND", "missing", "see " + help_of(program));
  fail_usage(catalog::shortened(argument), "unknown subcommand", catalog::suggestion(argument, names, "subcommands"));
}

[[noreturn]] void fail_arguments(const CLI::App& command, const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  const std::string see = "see " + help_of(command);
  if (error.get_name() == "RequiredError") fail_usage(name, "missing", see);
  if (error.get_name() == "ArgumentMismatch") {
    if (text.find("received") != std::string::npos) fail_usage(name, "given more than once", see);
    if (text.find("flag override") != std::string::npos) fail_usage("--" + name, "takes no value", see);
    fail_usage(name, "needs a value", see);
  }
  fail_usage("podsim", text, see);
}

}  // namespace

void fail_usage(std::string_view what, std::string_view problem, std::string_view way_out) {
  catalog::fail_file(what, problem, way_out);
}

void fail_parse(const CLI::App& program, const CLI::ParseError& error) {
  const CLI::App& command = parsed_command(program);
  const std::vector<std::string> extras = command.remaining();
  const auto option =
      std::find_if(extras.begin(), extras.end(), [](const std::string& extra) { return extra.starts_with('-'); });
  if (option != extras.end()) fail_option(command, *option);
  if (&command == &program) fail_subcommand(program, extras.empty() ? "" : extras.front());
  if (!extras.empty()) {
    fail_usage(catalog::shortened(extras.front()), "unexpected argument", "see " + help_of(command));
  }
  fail_arguments(command, error);
}

}  // namespace podsim::cli
