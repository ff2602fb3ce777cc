using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Cpu;

namespace Archer.Policy.Tests.Tensors.Embedded;

public sealed class TensorBackendsTests
{
    [Theory]
    [InlineData(TensorDevice.Auto)]
    [InlineData(TensorDevice.Cpu)]
    public void On_DeviceThatIsThere_IsTheManagedBackend(TensorDevice device)
    {
        using ITensorBackend backend = TensorBackends.On(device, 2);
        Assert.IsType<CpuBackend>(backend);
    }

    [Fact]
    public void On_Cuda_IsRefusedWithWhatToDo()
    {
        var error = Assert.Throws<NotSupportedException>(() => TensorBackends.On(TensorDevice.Cuda));
        Assert.Equal(
            "The device is Cuda, but this build has the managed processor backend only (-p:ArcherStack=cluster builds with CUDA). Set it to auto or cpu.",
            error.Message);
    }
}
