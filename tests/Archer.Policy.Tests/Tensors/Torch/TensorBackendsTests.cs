using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Cpu;
using Archer.Policy.Tensors.Torch;

namespace Archer.Policy.Tests.Tensors.Torch;

[Collection("libtorch")]
public sealed class TensorBackendsTests
{
    [Fact]
    public void On_Cpu_IsTheManagedBackend()
    {
        using var backend = TensorBackends.On(TensorDevice.Cpu);
        Assert.IsType<CpuBackend>(backend);
    }

    [Fact]
    public void On_Torch_IsLibtorchOnTheProcessor()
    {
        using var backend = TensorBackends.On(TensorDevice.Torch);
        Assert.IsType<TorchBackend>(backend);
    }

    [Fact]
    public void On_AutoAndCuda_AreCudaWhereThereIsOne()
    {
        using var auto = TensorBackends.On(TensorDevice.Auto);
        if (TensorBackends.WhyNot(TensorDevice.Cuda) is not { } reason)
        {
            Assert.IsType<TorchBackend>(auto);
            Assert.Null(TensorBackends.WhyManaged(TensorDevice.Auto));
            return;
        }

        Assert.IsType<CpuBackend>(auto);
        Assert.Equal(reason, TensorBackends.WhyManaged(TensorDevice.Auto));
        Assert.Null(TensorBackends.WhyManaged(TensorDevice.Cpu));
        Assert.Contains(reason, Assert.Throws<NotSupportedException>(() => TensorBackends.On(TensorDevice.Cuda)).Message);
    }
}
