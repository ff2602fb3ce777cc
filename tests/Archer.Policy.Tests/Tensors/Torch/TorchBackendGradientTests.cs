using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Torch;
using Archer.Policy.Tests.Tensors.Contract;
using TorchSharp;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TorchBackendGradientTests : GradientContract
{
    protected override ITensorBackend Create() => new TorchBackend(torch.CPU);
}
