using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Archer.Client;
using Archer.Silo.Page;
using Archer.Silo.Tests.Charts;
using Archer.Silo.Tests.Http;
using Archer.Silo.Tests.Security;

namespace Archer.Silo.Tests.Page;

public sealed partial class PageFilesTests(KeysTests.LockedSilo silo) : IClassFixture<KeysTests.LockedSilo>
{
    private const int MaxBytes = 60_000;

    [Fact]
    public async Task Files_AllOfThem_AreServedWithoutAKeyUnderAStrictPolicy()
    {
        foreach (var path in PageFiles.All.Keys.Select(name => $"{PageFiles.Folder}/{name}").Prepend("/"))
        {
            using var answer = await silo.Http.GetAsync(path);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task File_NotChanged_IsNotSentAgain()
    {
        using var first = await silo.Http.GetAsync("/page/app.js");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/page/app.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await silo.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal("text/javascript", first.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/page/nothing.js")]
    [InlineData("/page/..%2fappsettings.json")]
    public async Task File_Unknown_Is404(string path) => await silo.Http.GetAsync(path).ProblemAsync(404, ProblemTypes.NotFound);

    [Fact]
    public void Files_Together_AreSmallAndAskNobodyElse()
    {
        Assert.InRange(PageFiles.All.Values.Sum(file => file.Bytes.Length), 10_000, MaxBytes);
        foreach (var (name, file) in PageFiles.All)
        {
            var text = Encoding.UTF8.GetString(file.Bytes).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);
            Assert.False(text.Contains("://", StringComparison.Ordinal), $"{name} names another server.");
        }
    }

    [Fact]
    public void Colors_OfTexts_HaveContrastInBothSchemes()
    {
        var style = Encoding.UTF8.GetString(PageFiles.All["page.css"].Bytes);
        var schemes = Root().Matches(style).Select(root => Variable().Matches(root.Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value)).ToList();
        Assert.Equal(2, schemes.Count);
        foreach (var scheme in schemes)
        {
            foreach (var (text, ground) in from text in new[] { "text", "muted", "accent", "good", "bad", "warn" } from ground in new[] { "ground", "card" } select (text, ground))
            {
                Assert.True(Contrast.Of(scheme[text], scheme[ground]) >= 4.5, $"{text} on {ground}: {Contrast.Of(scheme[text], scheme[ground]):F2}");
            }

            Assert.True(Contrast.Of(scheme["on-accent"], scheme["accent"]) >= 4.5);
            Assert.True(Contrast.Of(scheme["text"], scheme["mine"]) >= 4.5);
            Assert.True(Contrast.Of(scheme["muted"], scheme["mine"]) >= 4.5);
            Assert.True(Contrast.Of(scheme["control"], scheme["card"]) >= 3);
        }
    }

    [GeneratedRegex(":root \\{[^}]*\\}")]
    private static partial Regex Root();

    [GeneratedRegex("--([a-z0-9-]+): (#[0-9a-f]{6});")]
    private static partial Regex Variable();
}
