using System.Text;
using System.Text.Json;
using FsCheck.Fluent;

namespace Archer.Silo.Tests.Http;

/// <summary>No body, however odd, gives a 500 or an answer that is no JSON.</summary>
public sealed class RandomInputTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly string[] Names =
    [
        "agent", "id", "tenant", "user", "simulated", "split", "sampling", "policy_version", "text", "reward", "key", "turn", "outcome", "stream",
        "version", "candidate", "canary_share", "step", "run", "episodes_consumed", "maximum_lag", "temperature", "top_k", "x",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1e999", "-0.0", "1.5", "99999999999999999999", "\"\"", "\"quiz\"", "\"c\"", "\"terminated\"", "\"\\ud800\"",
        "\"\\u0000\"", "[]", "{}", "[[[[]]]]", "{\"temperature\":1}", "\"v000001\"", "\"../..\"", "\"💡\"", "\"<script>\"",
    ];

    [Fact]
    public async Task AnyBody_NeverGives500()
    {
        await silo.BeginAsync("c");
        var member = from name in Gen.Elements(Names) from value in Gen.Elements(Values) select $"\"{name}\":{value}";
        var body = Gen.OneOf(
            from members in Gen.ListOf(member) select $"{{{string.Join(',', members)}}}",
            from value in Gen.Elements(Values) select value,
            from text in ArbMap.Default.GeneratorFor<string>() select text ?? "");
        var path = Gen.Elements(BadInputTests.Paths);

        var samples = (from p in path from b in body select (Path: p, Body: b)).Sample(600, 12);

        foreach (var (at, sent) in samples)
        {
            using var answer = await silo.Http.PostAsync(at, new StringContent(sent, Encoding.UTF8, "application/json"));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True((int)answer.StatusCode < 500, $"{at} gave {(int)answer.StatusCode} for {sent}: {text}");
            JsonDocument.Parse(text).Dispose();
        }
    }
}
