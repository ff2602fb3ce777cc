using System.Globalization;
using System.Text;
using Archer.Client;
using Archer.Client.Policies;

namespace Archer.Policy.Checkpoints;

/// <content>Which trainer may write: the one with the greatest epoch. The rest lies with the files, where no process has to be asked.</content>
public sealed partial class CheckpointStore
{
    private const string EpochName = ".epoch";
    private long? _epoch;

    /// <summary>Largest epoch of a trainer that has claimed the agent's directory; 0 when none has.</summary>
    public long LastEpoch => ReadNumber(EpochName) ?? 0;

    /// <summary>From here on this store writes in a trainer's epoch, and no store of an earlier epoch writes or deletes anything.</summary>
    /// <param name="claimed">The trainer's epoch.</param>
    /// <param name="lastVersion">An announced version: the next name is a later one, even if its directory is not seen here. Null when none.</param>
    /// <exception cref="TrainerSupersededException">A trainer of a later epoch has claimed the directory.</exception>
    /// <exception cref="CheckpointException">Another process is writing, or the disk refused.</exception>
    public void Claim(long claimed, string? lastVersion = null)
    {
        _epoch = claimed;
        Exclusively("claimed", () =>
        {
            Note(EpochName, claimed);
            if (PolicyVersionName.TryParse(lastVersion, out var announced) && announced > LastNumber())
            {
                Note(LastNumberName, announced);
            }

            return true;
        });
    }

    /// <summary>Does nothing while the claim holds, or when none was made.</summary>
    /// <exception cref="TrainerSupersededException">A trainer of a later epoch has claimed the directory.</exception>
    public void RequireClaim()
    {
        if (_epoch is { } mine && LastEpoch is var last && last > mine)
        {
            throw new TrainerSupersededException(
                $"A later trainer of agent '{Agent}' writes to {DirectoryPath}: its epoch is {last}, found {mine}. Nothing was written. "
                + "Stop this trainer, or start it anew to take over.");
        }
    }

    private long? ReadNumber(string name)
    {
        var path = Path.Combine(DirectoryPath, name);
        return File.Exists(path)
            && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>What a trainer keeps beside the versions; null when there is none of that name.</summary>
    /// <param name="name">Name of the file; begins with a dot.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public byte[]? ReadNote(string name)
    {
        var path = Path.Combine(DirectoryPath, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    /// <summary>Replaces it. When this returns, it survives any crash; a crash before leaves the old one.</summary>
    /// <param name="name">Name of the file; begins with a dot.</param>
    /// <param name="content">All of it.</param>
    /// <exception cref="TrainerSupersededException">A later trainer has claimed the directory.</exception>
    /// <exception cref="CheckpointException">Another process is writing, or the disk refused.</exception>
    public void WriteNote(string name, ReadOnlyMemory<byte> content) => Exclusively("written", () =>
    {
        Note(name, content.Span);
        return true;
    });

    private void Note(string name, long number) => Note(name, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Makes a small file durable beside the versions.</summary>
    private void Note(string name, ReadOnlySpan<byte> content)
    {
        var note = Path.Combine(DirectoryPath, name);
        using (var stream = new FileStream(note + ".new", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        _step("note the number");
        File.Move(note + ".new", note, overwrite: true);
        DirectorySync.Flush(DirectoryPath);
        _step("keep the number");
    }
}
