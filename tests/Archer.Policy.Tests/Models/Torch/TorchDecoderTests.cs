using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Torch;
using TorchSharp;

namespace Archer.Policy.Tests.Models.Torch;

[Collection("libtorch")]
public sealed class TorchDecoderTests : DecoderContract
{
    protected override ITensorBackend Create() => new TorchBackend(torch.CPU);
}
