#pragma once

#include <optional>
#include <vector>

namespace podsim::catalog {

enum class RecurrentCell { rnn, gru, lstm };

/// Products of one cell: 1 for a simple recurrent unit, 3 for a GRU, 4 for an LSTM.
constexpr int gates_of(RecurrentCell cell) {
  if (cell == RecurrentCell::rnn) return 1;
  return cell == RecurrentCell::gru ? 3 : 4;
}

/// Equal recurrent layers on top of each other.
struct RecurrentLayers {
  RecurrentCell cell = RecurrentCell::lstm;
  int layers = 0;
  int hidden = 0;
  int bidirectional_layers = 0;  ///< the first so many read the sequence both ways
  bool sum_directions = false;   ///< both ways are added (DeepSpeech 2), not joined
  bool residual = false;         ///< each layer from the third on adds its input to its output (GNMT)
  bool batch_norm = false;       ///< of the input products, over the sequence (DeepSpeech 2)
  int gate_biases = 1;           ///< bias vectors of a gate: cuDNN has 2, of the input's product and of the state's
};

/// A convolution over frequency and time before the recurrent layers.
struct SpectrogramConvolution {
  int filters = 0;
  int kernel_frequency = 1;
  int kernel_time = 1;
  int stride_frequency = 1;
  int stride_time = 1;
};

/// A recurrent network: an encoder alone (speech to characters), a decoder alone (a language model), or both
/// (translation); `workload/recurrent.hpp` expands it.
struct Recurrent {
  int vocabulary = 0;         ///< tokens or characters that are predicted
  int source_vocabulary = 0;  ///< tokens of the source; 0: features, or none
  int embedding = 0;          ///< elements of a token's embedding; 0 where features are read
  bool shared_embedding = false;
  int features = 0;  ///< per frame of a spectrogram; 0: tokens
  std::vector<SpectrogramConvolution> convolutions;
  RecurrentLayers encoder;                 ///< of a language model its only layers
  std::optional<RecurrentLayers> decoder;  ///< of a translator, after the encoder
  bool language_model = false;             ///< predicts the next token of what it reads
  bool attention = false;                  ///< additive, from the decoder's first layer to the encoder's output
  bool attention_normalization = false;    ///< of the score vector: one scale and a bias inside the tanh (GNMT)
};

}  // namespace podsim::catalog
