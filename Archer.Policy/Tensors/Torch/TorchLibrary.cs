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
            return $"libtorch does not load: {failure.Message.TrimEnd('.', '\n')}; it needs the C++ library of GCC 13, as Debian 13 and Ubuntu 24.04 have.";
        }
    }

    /// <summary>Loads a library as it is, or with those missing versions weakened that nothing in it is bound to.</summary>
    /// <exception cref="DllNotFoundException">It does not load either way.</exception>
    internal static void Load(string file)
    {
        string path = file;
        byte[]? image = null;
        SafeFileHandle? memory = null;
        try
        {
            for (int missing = 0; ; missing++)
            {
                try
                {
                    NativeLibrary.Load(path);
                    return;
                }
                catch (DllNotFoundException failure) when (missing < MaxMissingVersions && MissingVersion().Match(failure.Message) is { Success: true } match)
                {
                    image ??= File.ReadAllBytes(file);
                    if (!ElfVersionNeeds.TryWeaken(image, match.Groups[1].Value))
                    {
                        throw;
                    }

                    memory?.Dispose();
                    memory = InMemory(Path.GetFileName(file), image);
                    path = $"/proc/self/fd/{memory.DangerousGetHandle()}";
                }
            }
        }
        finally
        {
            memory?.Dispose(); // what is mapped stays
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
