using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Chat;

/// <summary>What a chat shows: the agent's words on the output and nothing else; prompts and remarks beside it.</summary>
internal sealed class ChatScreen(Terminal terminal, bool json)
{
    private const string Prompt = "> ";
    private bool _inLine;

    /// <summary>A person types: a mistake is told and the chat goes on.</summary>
    public bool IsInteractive => terminal.IsInputInteractive;

    /// <summary>The next line; null at the end of the input.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (IsInteractive)
        {
            await terminal.Messages.WriteAsync(Prompt).ConfigureAwait(false);
        }
        // A console's reader does not look at the token: whoever presses Ctrl-C does not wait for it.
        return await Task.Run(terminal.Input.ReadLine, CancellationToken.None).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Show(TurnFragment fragment)
    {
        if (fragment.Text is { } text && !json)
        {
            terminal.Output.Write(Shown.Safe(text));
            terminal.Output.Flush();
            _inLine = true;
        }
        if (fragment.Reply is not { } reply)
        {
            return;
        }

        terminal.Output.WriteLine(json ? JsonSerializer.Serialize(reply, ArcherJson.Default.TurnReply) : "");
        _inLine = false;
        Say(Remark(reply));
    }

    /// <summary>A line beside the output, never in the middle of a line of it.</summary>
    public void Say(string text)
    {
        if (_inLine)
        {
            terminal.Output.WriteLine();
        }

        _inLine = false;
        terminal.Messages.WriteLine(text);
    }

    private static string Remark(TurnReply reply)
    {
        var value = reply.Value is null ? "" : $", value {Shown.Number(reply.Value)}";
        var left = reply.TurnsLeft switch
        {
            0 => ", the last turn: /reward and /end",
            <= 3 => $", {reply.TurnsLeft} more",
            _ => "",
        };
        return $"  turn {reply.Turn}, {reply.PolicyVersion}{value}{left}";
    }
}
