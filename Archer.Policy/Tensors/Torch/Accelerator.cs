using System.Runtime.InteropServices;
using Archer.Policy.Tensors.Torch;
using TorchSharp;

namespace Archer.Policy.Tensors;

/// <summary>The cluster stack computes on CUDA through libtorch.</summary>
internal static class Accelerator
{
    /// <summary>Why there is none; null when there is one.</summary>
    public static string? Absence
    {
        get
        {
            // The package for CUDA carries libtorch for this platform only, and asking elsewhere ends in a loader's error.
            if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
                return "CUDA needs Linux on x64.";
            return torch.cuda.is_available() ? null : "libtorch finds no CUDA device on this machine.";
        }
    }

    public static ITensorBackend Create() => new TorchBackend(torch.CUDA);
}
