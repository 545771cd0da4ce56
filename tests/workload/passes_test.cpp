#include "workload/passes.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <string>

using namespace podsim::workload;

namespace {

/// The rows "| name | forward | backward |" of the documentation's table of passes, by name.
std::map<std::string, std::string> documented_passes() {
  std::ifstream file(std::string(PODSIM_SOURCE_DIR) + "/docs/compute.md");
  std::map<std::string, std::string> rows;
  std::string line;
  bool inside = false;
  while (std::getline(file, line)) {
    const bool heading = line.starts_with("| operation, per element of its tensor");
    inside = heading || (inside && !line.empty());
    if (!inside || heading || line.starts_with("|---")) continue;
    const auto end = line.find(" | ");
    rows[line.substr(2, end - 2)] = line.substr(end + 3, line.size() - end - 5);
  }
  return rows;
}

std::string text(double number) {
  const std::string digits = std::to_string(number);
  return digits.substr(0, digits.find_last_not_of("0") + (digits.find_last_not_of("0") == digits.find('.') ? 0 : 1));
}

std::string text(const Passes& counts) { return text(counts.forward) + " | " + text(counts.backward); }

}  // namespace

TEST_CASE("the passes that the documentation prints are those of the table") {
  const auto rows = documented_passes();
  REQUIRE(rows.size() == 14);
  CHECK(rows.at("layer norm") == text(passes::kLayerNorm));
  CHECK(rows.at("dropout and residual") == text(passes::kDropoutResidual));
  CHECK(rows.at("GELU with bias; its bias gradient") == text(passes::kBiasActivation));
  CHECK(rows.at("transposes of query, key, value; of the context") ==
        text(passes::kTranspose) + "; " + text(passes::kCopy.backward));
  CHECK(rows.at("softmax with scale and mask, `attention: unfused`") == text(passes::kSoftmax));
  CHECK(rows.at("the same, `fused_softmax`") == text(passes::kFusedSoftmax));
  CHECK(rows.at("attention dropout") == text(passes::kDropout));
  CHECK(rows.at("SwiGLU, GeGLU") == text(passes::kGatedActivation));
  CHECK(rows.at("rotary positions") == text(passes::kRotary));
  CHECK(rows.at("router's softmax and choice; weighted sum of the experts' rows") ==
        text(passes::kRouterSoftmax.forward) + "; " + text(passes::kWeightedSum.forward) + " | " +
            text(passes::kRouterSoftmax.backward) + "; " + text(passes::kWeightedSum.backward));
  CHECK(rows.at("blocks of ring attention summed") == text(passes::kBlockSum));
  CHECK(rows.at("softmax and loss over the logits") == text(passes::kSoftmaxLoss));
  CHECK(rows.at("batch norm with ReLU") == text(passes::kBatchNorm));
  CHECK(rows.at("residual and ReLU; the fork of a block") == text(passes::kResidualReLU.forward) + "; - | " +
                                                                 text(passes::kResidualReLU.backward) + "; " +
                                                                 text(passes::kFork.backward));
}
