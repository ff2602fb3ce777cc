using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Archer.Embedded.Storage;

/// <summary>One file of a log, open for as long as the log is.</summary>
internal sealed class LogSegment(int number, string path, SafeFileHandle handle, int length) : IDisposable
{
    private volatile int _length = length;

    public int Number { get; } = number;

    public string Path { get; } = path;

    public SafeFileHandle Handle { get; } = handle;

    /// <summary>Bytes written so far.</summary>
    public int Length
    {
        get => _length;
        set => _length = value;
    }

    public static string FileName(int number) => number.ToString("D10", CultureInfo.InvariantCulture) + ".log";

    /// <summary>Makes the file with its header, on disk before the first record is written to it.</summary>
    public static LogSegment Create(string directory, int number, long previousLength)
    {
        var path = System.IO.Path.Combine(directory, FileName(number));
        var handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Span<byte> header = stackalloc byte[LogFormat.SegmentHeaderBytes];
            LogFormat.WriteSegmentHeader(header, number, previousLength);
            RandomAccess.Write(handle, header, 0);
            RandomAccess.FlushToDisk(handle);
            DirectorySync.Flush(directory);
            return new LogSegment(number, path, handle, LogFormat.SegmentHeaderBytes);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    public static LogSegment Open(string directory, int number)
    {
        var path = System.IO.Path.Combine(directory, FileName(number));
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return new LogSegment(number, path, handle, checked((int)RandomAccess.GetLength(handle)));
    }

    public byte[] ReadAll()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Length);
        ReadExactly(bytes, 0);
        return bytes;
    }

    /// <summary>The payload at an address, checked against its checksums.</summary>
    public ReadOnlyMemory<byte> Read(LogAddress address)
    {
        var record = GC.AllocateUninitializedArray<byte>(address.RecordBytes);
        ReadExactly(record, address.Offset);
        if (SegmentScan.FindFlaw(record, 0, out var header) is { } flaw)
        {
            throw new LogCorruptException(Path, address.Offset, flaw.Expected, flaw.Actual);
        }

        return header.Length == address.Length
            ? record.AsMemory(LogFormat.RecordHeaderBytes)
            : throw new LogCorruptException(Path, address.Offset, $"a payload of {address.Length} bytes", $"{header.Length} bytes");
    }

    public void Dispose() => Handle.Dispose();

    private void ReadExactly(Span<byte> target, long offset)
    {
        while (!target.IsEmpty)
        {
            var read = RandomAccess.Read(Handle, target, offset);
            if (read == 0)
            {
                throw new LogCorruptException(Path, offset, $"{target.Length} more bytes", "the end of the file");
            }

            target = target[read..];
            offset += read;
        }
    }
}
