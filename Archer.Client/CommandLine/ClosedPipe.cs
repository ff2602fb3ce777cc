using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Archer.Client.CommandLine;

/// <summary>
/// The other end of a pipe that has left (<c>archer status --interval 1 | head</c>): nobody wants the rest, and the command ends without a word.
/// The runtime's console swallows that news; without it a command that repeats would go on for ever.
/// </summary>
internal static class ClosedPipe
{
    private const int StandardOutput = 1;
    private const int BrokenPipe = 32;

    /// <summary>The output of this process; a pipe is written directly, so that its end is noticed.</summary>
    public static TextWriter Output()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.Out;
        }

        var handle = new SafeFileHandle(StandardOutput, ownsHandle: false);
        try
        {
            var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            // A file's place is shared with other writers of it, which the console's stream respects.
            return stream.CanSeek ? Console.Out : TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.Out;
        }
    }

    /// <summary>Whether a write failed because nobody reads any more.</summary>
    public static bool Is(Exception failure) => failure is IOException { HResult: BrokenPipe };
}
