using System.Text.Json;
using System.Text.Json.Nodes;
using Archer.Client.Randomness;

namespace SupportDesk;

/// <summary>
/// The shop's records: what its people wrote to customers, good and bad, in the format of <c>sft</c>. Every sentence is well-formed; hardly more than
/// a third of the replies is what the customer needed.
/// </summary>
internal static class Records
{
    private const double Right = 0.4;
    private const double Evasive = 0.3;

    /// <summary>Writes so many conversations, one JSON object a line.</summary>
    public static void Write(Desk desk, int conversations, ulong seed, Stream output)
    {
        using var writer = new StreamWriter(output, leaveOpen: true) { NewLine = "\n" };
        for (var index = 0; index < conversations; index++)
        {
            writer.WriteLine(Conversation(desk, SplitMix64.Derive(seed, (ulong)index)).ToJsonString(JsonSerializerOptions.Default));
        }
    }

    private static JsonObject Conversation(Desk desk, ulong seed)
    {
        var customer = new Customer(desk, seed);
        var random = new SplitMix64(SplitMix64.Derive(seed, 1));
        var messages = new JsonArray { Message("system", desk.Prompt), Message("user", customer.Opening) };
        while (true)
        {
            var reply = Reply(desk, customer, ref random);
            messages.Add(Message("assistant", reply));
            var reaction = customer.Hear(reply);
            messages.Add(Message("user", reaction.Text));
            if (reaction.Over)
            {
                return new JsonObject { ["messages"] = messages };
            }
        }
    }

    private static string Reply(Desk desk, Customer customer, ref SplitMix64 random)
    {
        var wish = random.NextDouble() < Right ? customer.Wish : desk.Wishes[random.NextInt(desk.Wishes.Count)];
        var evades = random.NextDouble() < Evasive;
        var hasty = random.NextDouble() < Evasive;
        return evades ? desk.Evasions[random.NextInt(desk.Evasions.Count)]
            : wish.Question is { } question && customer.Asked == hasty ? question
            : wish.Resolution;
    }

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
