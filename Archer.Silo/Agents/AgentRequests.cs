using Archer.Client.Agents;
using Archer.Grains.Agents;
using Archer.Silo.Http;

namespace Archer.Silo.Agents;

/// <summary>Reads the bodies of the agent endpoints.</summary>
internal static class AgentRequests
{
    private const int MaxLeaseSeconds = 86_400;
    private const int MaxReplayed = 1_000;
    private const int MaxId = 128;

    public static StartTrainer ReadTrainer(JsonFields fields) => new()
    {
        Run = ReadRun(fields),
        SeenEpoch = fields.Integer("seen_epoch", 0, long.MaxValue / 2) ?? 0,
        HeldEpoch = fields.Integer("held_epoch", 0, long.MaxValue),
    };

    public static AnnounceVersion ReadAnnouncement(JsonFields fields)
    {
        var (first, last) = (fields.Integer("first_position", 0, long.MaxValue) ?? 0, fields.Integer("last_position", 0, long.MaxValue) ?? 0);
        if (first > last)
        {
            fields.Add("first_position", $"expected at most last_position, which is {last}, found {first}");
        }

        return new AnnounceVersion
        {
            Version = ReadVersion(fields, "version", required: true) ?? "",
            Step = fields.Integer("step", 0, LearnerReportRules.LargestStep) ?? 0,
            FirstPosition = first,
            LastPosition = last,
            Serve = fields.Flag("serve") ?? true,
            Epoch = ReadEpoch(fields),
        };
    }

    public static ServeVersion ReadServe(JsonFields fields)
    {
        var serve = new ServeVersion
        {
            Version = ReadVersion(fields, "version"),
            Candidate = ReadVersion(fields, "candidate"),
            CanaryShare = fields.Number("canary_share", 0, 1) ?? 0,
        };
        if (!fields.Has("version") && !fields.Has("candidate"))
        {
            fields.Add("version", "required, unless there is a candidate");
        }

        return serve;
    }

    public static LearnerReport ReadReport(JsonFields fields) => new()
    {
        Run = ReadRun(fields),
        Step = fields.Integer("step", 0, LearnerReportRules.LargestStep, required: true) ?? 0,
        EpisodesConsumed = fields.Integer("episodes_consumed", 0, LearnerReportRules.LargestEpisodes, required: true) ?? 0,
        MaximumLag = (int?)fields.Integer("maximum_lag", 1, int.MaxValue),
        Position = fields.Integer("position", 0, long.MaxValue) ?? 0,
        CriticLoss = fields.Number("critic_loss", double.MinValue, double.MaxValue),
        ActorLoss = fields.Number("actor_loss", double.MinValue, double.MaxValue),
        SamplesPerInsert = fields.Number("samples_per_insert", 0, LearnerReportRules.LargestSamplesPerInsert),
        LeaseSeconds = (int?)fields.Integer("lease_seconds", 1, MaxLeaseSeconds) ?? 300,
        Discount = fields.Number("discount", 0, 1),
        AdvantageLambda = fields.Number("advantage_lambda", 0, 1),
        Replayed = [.. fields.Objects("replayed", MaxReplayed).Select(ReadReplayed)],
        Epoch = ReadEpoch(fields),
    };

    private static string ReadRun(JsonFields fields) => fields.Text("run", required: true, minimum: 1, maximum: MaxId) ?? "";

    private static long ReadEpoch(JsonFields fields) => fields.Integer("epoch", 0, long.MaxValue) ?? 0;

    private static ReplayedConversation ReadReplayed(JsonFields fields)
    {
        var replayed = new ReplayedConversation(
            fields.Text("conversation", required: true, minimum: 1, maximum: MaxId) ?? "",
            (int?)fields.Integer("times", 1, int.MaxValue, required: true) ?? 0);
        fields.RefuseOthers();
        return replayed;
    }

    private static string? ReadVersion(JsonFields fields, string name, bool required = false)
    {
        var version = fields.Text(name, required);
        return version is null || AgentRules.IsVersionName(version)
            ? version
            : fields.Add(name, "expected 1 to 64 of the characters A-Z a-z 0-9 . _ -, the first a letter or digit");
    }
}
