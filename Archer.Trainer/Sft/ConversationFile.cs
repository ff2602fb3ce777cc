using System.Text.Json;
using Archer.Client.Conversations;
using Archer.Policy.Text;

namespace Archer.Trainer.Sft;

/// <summary>
/// Conversations as JSON lines (docs/data.md): <c>{"messages":[{"role":"user","content":"Let's play."},{"role":"assistant","content":"Is it loud?","train":false}],"label":"dog"}</c>.
/// Blank lines are passed over.
/// </summary>
public static class ConversationFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">A line is not a conversation; names the file, the line and what is wrong.</exception>
    public static IReadOnlyList<SftConversation> Read(string path)
    {
        List<SftConversation> conversations = [];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                conversations.Add(Parse(line, $"{path}, line {number}"));
            }
        }
        return conversations.Count > 0 ? conversations : throw new InvalidDataException($"{path} has no conversation.");
    }

    /// <summary>Writes conversations, one line each.</summary>
    public static void Write(IEnumerable<SftConversation> conversations, Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        foreach (var conversation in conversations)
        {
            writer.WriteLine(ToDocument(conversation).ToLine());
        }
    }

    internal static SftConversation Parse(string line, string place)
    {
        try
        {
            var document = JsonSerializer.Deserialize(line, ConversationDocumentJson.Default.ConversationDocument)
                ?? throw new InvalidDataException($"{place}: expected a conversation, found null.");
            var conversation = new SftConversation { Messages = [.. document.Messages.Select(ToMessage)], Label = document.Label };
            return conversation.Messages.Any(message => message.Role == ChatRole.Assistant)
                ? conversation
                : throw new InvalidDataException($"{place}: no message is the assistant's: there is nothing to imitate.");

            SftMessage ToMessage(MessageDocument message) => new(ToRole(message.Role, place), message.Content, message.Train ?? true);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{place}: {exception.Message}", exception);
        }
    }

    private static ChatRole ToRole(string role, string place) => role switch
    {
        "system" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        _ => throw new InvalidDataException($"{place}: role '{role}' is none of system, user, assistant."),
    };

    private static ConversationDocument ToDocument(SftConversation conversation) => new()
    {
        Messages = [.. conversation.Messages.Select(message => new MessageDocument
        {
            Role = message.Role.ToString().ToLowerInvariant(),
            Content = message.Text,
            Train = message.Train ? null : false,
        })],
        Label = conversation.Label,
    };
}
