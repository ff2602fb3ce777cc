using System.Globalization;

namespace Archer.Client.CommandLine.Chat;

/// <summary>Reads lines and does what they say until one ends the chat, or the input ends.</summary>
internal sealed class ChatSession(ChatTalk talk, ChatScreen screen)
{
    private const string Help =
        "  /reward 1    rates the last reply (any number; the last one counts)\n"
        + "  /end [words] ends the conversation, with your last words if you like\n"
        + "  /quit        leaves it open\n"
        + "  //text       says /text";

    /// <summary>The exit code. A person who makes a mistake may try again; a script ends with it.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await screen.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                try
                {
                    if (!await DoAsync(line.Trim(), cancellationToken).ConfigureAwait(false))
                    {
                        return ExitCodes.Success;
                    }
                }
                catch (ArcherException failure) when (screen.IsInteractive)
                {
                    screen.Say($"{failure.Message} {FailureReport.Advice(failure)}".TrimEnd());
                }
                catch (ArcherException failure)
                {
                    screen.Say($"archer chat: {failure.Message} {FailureReport.Advice(failure)}".TrimEnd());
                    return ExitCodes.Failure;
                }
            }
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Say("");
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>False when the chat is over.</summary>
    private async Task<bool> DoAsync(string line, CancellationToken cancellationToken)
    {
        var (word, rest) = line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var first, var others] ? (first, others) : (line, "");
        switch (word)
        {
            case "":
                return true;
            case "/quit":
                return false;
            case "/help":
                screen.Say(Help);
                return true;
            case "/reward":
                await RewardAsync(rest, cancellationToken).ConfigureAwait(false);
                return true;
            case "/end":
                await EndAsync(rest, cancellationToken).ConfigureAwait(false);
                return false;
            case ['/', not '/', ..] or "/":
                throw new CommandException($"There is no {word}: /reward, /end, /quit and /help are there, and //… says a message that begins with a slash.");
            default:
                await SayAsync(line.StartsWith("//", StringComparison.Ordinal) ? line[1..] : line, cancellationToken).ConfigureAwait(false);
                return true;
        }
    }

    private async Task SayAsync(string text, CancellationToken cancellationToken)
    {
        await foreach (var fragment in talk.SayAsync(text, cancellationToken).ConfigureAwait(false))
        {
            screen.Show(fragment);
        }
    }

    private async Task RewardAsync(string text, CancellationToken cancellationToken)
    {
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var reward) || !float.IsFinite(reward))
        {
            throw new CommandException($"/reward takes a number, such as /reward 1 or /reward -0.5, found '{text}'.");
        }

        var receipt = await talk.RewardAsync(reward, cancellationToken).ConfigureAwait(false);
        screen.Say(string.Create(CultureInfo.InvariantCulture, $"  turn {receipt.Turn} has reward {receipt.Reward:0.####}"));
    }

    private async Task EndAsync(string words, CancellationToken cancellationToken)
    {
        var ended = await talk.EndAsync(words.Length == 0 ? null : words, cancellationToken).ConfigureAwait(false);
        screen.Say(string.Create(CultureInfo.InvariantCulture, $"Ended after {ended.Turns.Length} turn(s), return {ended.Return:0.####}: {ended.Id}"));
    }
}
