using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace Archer.Policy.Tensors.Torch;

/// <summary>
/// Loads libtorch before anything of TorchSharp is touched. On Linux libLibTorchSharp.so asks for GLIBCXX_3.4.32 (GCC 13), which Debian 12 and
/// Ubuntu 22.04 lack; nothing in it is bound to that version. Where it does not load as it is, a copy in memory does whose need is marked weak.
/// </summary>
internal static partial class TorchLibrary
{
    private const int MaxMissingVersions = 4;

    /// <summary>Not closed: the loader would take the next file of the same number for the same library.</summary>
    private static readonly ConcurrentBag<SafeFileHandle> LoadedFromMemory = [];

    private static readonly Lazy<string?> Outcome = new(() => WhyNotLoaded(TorchFiles.OfThisProcess()));

    /// <summary>Loads the library once. Why it cannot be used, as the end of a sentence; null when it can.</summary>
    public static string? Absence => Outcome.Value;

    /// <summary>Whether the build brought a libtorch that is made for CUDA. Loads nothing.</summary>
    public static bool HasCuda => TorchFiles.OfThisProcess() is { HasCuda: true };

    /// <summary>Loads the files; the reason when that fails.</summary>
    internal static string? WhyNotLoaded(TorchFiles? files)
    {
        if (files is null)
        {
            return "this build has no libtorch; build with -p:ArcherTorch=cpu or -p:ArcherTorch=cuda.";
        }

        try
        {
            if (OperatingSystem.IsLinux())
            {
                WaitWithoutSpinning();
                // By name: TorchSharp's own load, and later needs of the same names, are met by what is loaded here.
                NativeLibrary.Load(files.LibTorch);
                Load(files.LibTorchSharp);
            }

            Initialize();
            return null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or IOException or NotSupportedException
            or TypeInitializationException or UnauthorizedAccessException)
        {
            // The loader's own words stand last, behind general advice.
            var reason = failure.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1].TrimEnd('.');
            return $"libtorch does not load: {reason}; it needs Debian 12, Ubuntu 22.04 or newer (glibc 2.34, GCC 12).";
        }
    }

    /// <summary>Loads a library as it is, or with those missing versions weakened that nothing in it is bound to.</summary>
    /// <exception cref="DllNotFoundException">It does not load either way.</exception>
    internal static void Load(string file)
    {
        if (TryLoad(file) is not { } missing)
        {
            return;
        }

        var image = File.ReadAllBytes(file);
        for (var weakened = 0; weakened < MaxMissingVersions && ElfVersionNeeds.TryWeaken(image, missing); weakened++)
        {
            var memory = InMemory(Path.GetFileName(file), image);
            if (TryLoad($"/proc/self/fd/{memory.DangerousGetHandle()}") is not { } next)
            {
                LoadedFromMemory.Add(memory);
                return;
            }

            memory.Dispose();
            missing = next;
        }

        throw new DllNotFoundException($"{file} needs {missing}, which this system's libraries do not have");
    }

    /// <summary>Loads a library; the version that is missing when that fails for one.</summary>
    private static string? TryLoad(string path)
    {
        try
        {
            NativeLibrary.Load(path);
            return null;
        }
        catch (DllNotFoundException failure) when (MissingVersion().Match(failure.Message) is { Success: true } match)
        {
            return match.Groups[1].Value;
        }
    }

    /// <summary>A file without a place on a disk.</summary>
    private static SafeFileHandle InMemory(string name, byte[] content)
    {
        var handle = new SafeFileHandle(CreateInMemory(name, 1 /* close on exec */), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"No file in memory could be made for {name}: error {Marshal.GetLastPInvokeError()}.");
        }

        RandomAccess.Write(handle, content, 0);
        return handle;
    }

    /// <summary>Threads of OpenMP that wait for work sleep instead of spinning, unless the environment says otherwise. Read when libgomp loads.</summary>
    private static void WaitWithoutSpinning() => SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0);

    [MethodImpl(MethodImplOptions.NoInlining)] // nothing of torch before the libraries are loaded
    private static void Initialize() => torch.InitializeDeviceType(DeviceType.CPU);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);

    // The environment of .NET is a copy that native code does not see.
    [LibraryImport("libc", EntryPoint = "setenv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [GeneratedRegex("version `(\\S+)' not found")]
    private static partial Regex MissingVersion();
}
