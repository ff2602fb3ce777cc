using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Archer.Embedded.Storage;

/// <summary>Makes the creation or removal of a file durable: on Unix a file's name is in its directory, which has its own fsync.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    public static void Flush(string directory)
    {
        // Windows journals directory entries itself and gives no handle for it.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = new SafeFileHandle(Open(directory, ReadOnly), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"Could not open the directory '{directory}' to flush it: error {Marshal.GetLastPInvokeError()}.");
        }

        if (Fsync(handle.DangerousGetHandle()) != 0)
        {
            throw new IOException($"Could not flush the directory '{directory}': error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial IntPtr Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(IntPtr descriptor);
}
