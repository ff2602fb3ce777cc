using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Kubernetes.Images;

/// <summary>The Dockerfile of k8s/images, as far as it can be checked without a Docker engine, and mistakes that the check finds.</summary>
public sealed class DockerfileTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "k8s", "images", "Dockerfile")).ReplaceLineEndings("\n");

    [Fact]
    public void Dockerfile_FitsTheRepository() => Assert.Empty(DockerfileCheck.Run(Dockerfile.Parse(Text), Repository.Root));

    [Theory]
    [InlineData("COPY models models", "COPY weights models", "COPY weights: it is not there")]
    [InlineData("COPY models models", "COPY docs docs", "COPY docs: .dockerignore leaves it out")]
    [InlineData("COPY Archer.Grains Archer.Grains", "", "Archer.Silo/Archer.Silo.csproj needs Archer.Grains, which is not copied")]
    [InlineData("COPY --from=build", "COPY --from=builder", "COPY --from=builder /published .: there is no stage builder")]
    [InlineData("Archer.Silo/Archer.Silo.csproj", "Archer.Silo/Silo.csproj", "RUN dotnet publish Archer.Silo/Silo.csproj: there is no such project")]
    [InlineData("USER 1654", "", "USER is root, expected a number other than 0")]
    [InlineData("USER 1654", "USER 0", "USER is 0, expected a number other than 0")]
    [InlineData("EXPOSE", "EXPORT", "EXPORT is no instruction of these files")]
    [InlineData("\"Archer.Silo.dll\"", "\"Archer.Policy.dll\"", "ENTRYPOINT is [\"dotnet\", \"Archer.Policy.dll\"], expected [\"dotnet\", \"Archer.Silo.dll\"]")]
    [InlineData("AS build\nARG TORCH", "AS build", "ARG TORCH is not declared before the stages and in the one that reads it")]
    public void Check_OfAMistake_FindsIt(string good, string bad, string expected)
    {
        Assert.Contains(good, Text);

        Assert.Contains(expected, DockerfileCheck.Run(Dockerfile.Parse(Text.Replace(good, bad)), Repository.Root));
    }

    [Theory]
    [InlineData("FROM mcr.microsoft.com/dotnet/sdk:latest AS build", "FROM mcr.microsoft.com/dotnet/sdk:latest AS build: no version of three numbers")]
    [InlineData("FROM debian", "FROM debian: no version of three numbers")]
    public void Check_OfAnImageWithoutVersion_FindsIt(string from, string expected) =>
        Assert.Contains(expected, DockerfileCheck.Run(Dockerfile.Parse(from), Repository.Root));
}
