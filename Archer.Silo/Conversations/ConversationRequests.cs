using System.Text.RegularExpressions;
using Archer.Client.Conversations;
using Archer.Grains.Agents;
using Archer.Silo.Http;
using Archer.Silo.Users;

namespace Archer.Silo.Conversations;

/// <summary>Reads the bodies of the conversation endpoints.</summary>
internal static partial class ConversationRequests
{
    private const int MaxText = 32_768;
    private const int MaxName = 128;

    public static StartConversation ReadStart(JsonFields fields)
    {
        var id = fields.Text("id");
        if (id is not null && !IsId(id))
        {
            fields.Add("id", id is "." or ".." ? "expected neither . nor .., which no address can hold" : "expected 1 to 128 of the characters A-Z a-z 0-9 . _ ~ -");
        }

        var version = fields.Text("policy_version");
        if (version is not null && !AgentRules.IsVersionName(version))
        {
            fields.Add("policy_version", "expected 1 to 64 of the characters A-Z a-z 0-9 . _ -");
        }

        return new StartConversation
        {
            Agent = fields.Text("agent", required: true, minimum: 1, maximum: MaxName) ?? "",
            Id = id,
            Tenant = fields.Text("tenant", maximum: MaxName) ?? "",
            User = ReadUser(fields),
            Simulated = fields.Flag("simulated") ?? false,
            Split = fields.Choice<ReplaySplit>("split"),
            Sampling = ReadSampling(fields.Object("sampling")),
            PolicyVersion = version,
        };
    }

    /// <summary>A message, and whether its reply is to be streamed.</summary>
    public static (UserMessage Message, bool Stream) ReadMessage(JsonFields fields)
    {
        var message = new UserMessage
        {
            Text = fields.Text("text", required: true, minimum: 1, maximum: MaxText) ?? "",
            Reward = ReadReward(fields),
            Key = ReadKey(fields),
        };
        return (message, fields.Flag("stream") ?? false);
    }

    public static RewardReport ReadReport(JsonFields fields) => new()
    {
        Reward = ReadReward(fields, required: true) ?? 0,
        Turn = (int?)fields.Integer("turn", 0, int.MaxValue),
        Key = ReadKey(fields),
    };

    public static EndConversation ReadEnd(JsonFields fields) => new()
    {
        Outcome = fields.Choice<ConversationOutcome>("outcome", required: true) ?? default,
        Text = fields.Text("text", maximum: MaxText),
        Reward = ReadReward(fields),
        Key = ReadKey(fields),
    };

    public static bool IsId(string id) => Id().IsMatch(id) && id is not ("." or "..");

    /// <summary>Empty for nobody's conversation; nobody may have a name under which they cannot be erased.</summary>
    private static string ReadUser(JsonFields fields)
    {
        var user = fields.Text("user", maximum: MaxName) ?? "";
        if (user.Length > 0 && UserName.Problem(user) is { } problem)
        {
            fields.Add("user", problem);
        }

        return user;
    }

    private static SamplingOverrides? ReadSampling(JsonFields? fields)
    {
        if (fields is null)
        {
            return null;
        }

        var topP = fields.Number("top_p", 0, 1);
        if (topP is { } share && (float)share == 0)
        {
            fields.Add("top_p", "expected more than 0");
        }

        var sampling = new SamplingOverrides
        {
            Temperature = (float?)fields.Number("temperature", 0, 10),
            TopK = (int?)fields.Integer("top_k", 0, int.MaxValue),
            TopP = (float?)topP,
            MaxTokens = (int?)fields.Integer("max_tokens", 1, 4096),
        };
        fields.RefuseOthers();
        return sampling;
    }

    /// <summary>The range is the agent's, which the conversation knows.</summary>
    private static float? ReadReward(JsonFields fields, bool required = false) =>
        (float?)fields.Number("reward", double.NegativeInfinity, double.PositiveInfinity, required);

    private static string? ReadKey(JsonFields fields) => fields.Text("key", minimum: 1, maximum: MaxName);

    [GeneratedRegex("^[A-Za-z0-9._~-]{1,128}\\z")]
    private static partial Regex Id();
}
