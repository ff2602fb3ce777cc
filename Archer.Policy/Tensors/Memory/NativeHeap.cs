using System.Runtime.InteropServices;

namespace Archer.Policy.Tensors;

/// <summary>
/// Settings of glibc's heap. By default it has a pool for each thread up to eight a core and returns little of them: 170 of 219 MB were free memory that
/// only one thread could use (docs/results/memory.md). Other C libraries stay as they are.
/// </summary>
public static partial class NativeHeap
{
    // Numbers of <malloc.h>.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MaxPools = -8;

    /// <summary>Two pools, large buffers as mappings of their own, which go when they are freed. To be called first in a process.</summary>
    public static void Configure()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(MaxPools, 2);
            _ = SetOption(MapThreshold, 256 << 10);
            _ = SetOption(TrimThreshold, 1 << 20);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl: its heap has no such pools.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
