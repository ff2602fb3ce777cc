using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Cpu;
using Archer.Policy.Tensors.Torch;
using TorchSharp;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TensorBackendsTests
{
    [Fact]
    public void On_Cpu_IsTheManagedBackend()
    {
        using ITensorBackend backend = TensorBackends.On(TensorDevice.Cpu);
        Assert.IsType<CpuBackend>(backend);
    }

    [Fact]
    public void On_AutoAndCuda_AreCudaWhereThereIsOne()
    {
        using ITensorBackend auto = TensorBackends.On(TensorDevice.Auto);
        if (torch.cuda.is_available())
        {
            Assert.IsType<TorchBackend>(auto);
            Assert.Null(TensorBackends.WhyNot(TensorDevice.Cuda));
            return;
        }
        Assert.IsType<CpuBackend>(auto);
        Assert.Equal(
            "The device is Cuda, but libtorch finds no CUDA device on this machine. Set it to auto or cpu.",
            Assert.Throws<NotSupportedException>(() => TensorBackends.On(TensorDevice.Cuda)).Message);
    }
}
