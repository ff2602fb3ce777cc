using Archer.EndToEnd.Tests.Architecture;

namespace Archer.EndToEnd.Tests.Kubernetes.Images;

/// <summary>The Dockerfiles of k8s/images, as far as they can be checked without a Docker engine, and mistakes that the check finds.</summary>
public sealed class DockerfileTests
{
    [Theory]
    [InlineData("silo")]
    [InlineData("policy")]
    [InlineData("trainer")]
    public void Dockerfile_FitsTheRepository(string role) => Assert.Empty(DockerfileCheck.Run(Dockerfile.Parse(Text(role)), Repository.Root));

    [Theory]
    [InlineData("silo", "COPY models models", "COPY weights models", "COPY weights: it is not there")]
    [InlineData("silo", "COPY models models", "COPY docs docs", "COPY docs: .dockerignore leaves it out")]
    [InlineData("silo", "COPY Archer.Grains Archer.Grains", "", "Archer.Silo/Archer.Silo.csproj needs Archer.Grains, which is not copied")]
    [InlineData("silo", "COPY --from=build", "COPY --from=builder", "COPY --from=builder /published .: there is no stage builder")]
    [InlineData("silo", "Archer.Silo/Archer.Silo.csproj", "Archer.Silo/Silo.csproj", "RUN dotnet publish Archer.Silo/Silo.csproj: there is no such project")]
    [InlineData("silo", "USER 1654", "", "USER is root, expected a number other than 0")]
    [InlineData("silo", "USER 1654", "USER 0", "USER is 0, expected a number other than 0")]
    [InlineData("silo", "EXPOSE", "EXPORT", "EXPORT is no instruction of these files")]
    [InlineData("policy", "\"Archer.Policy.dll\"", "\"Archer.Silo.dll\"", "ENTRYPOINT is [\"dotnet\", \"Archer.Silo.dll\"], expected [\"dotnet\", \"Archer.Policy.dll\"]")]
    [InlineData("policy", "AS build\nARG TORCH", "AS build", "ARG TORCH is not declared before the stages and in the one that reads it")]
    public void Check_OfAMistake_FindsIt(string role, string good, string bad, string expected)
    {
        var text = Text(role);
        Assert.Contains(good, text);

        Assert.Contains(expected, DockerfileCheck.Run(Dockerfile.Parse(text.Replace(good, bad)), Repository.Root));
    }

    [Theory]
    [InlineData("FROM mcr.microsoft.com/dotnet/sdk:latest AS build", "FROM mcr.microsoft.com/dotnet/sdk:latest AS build: no version of three numbers")]
    [InlineData("FROM debian", "FROM debian: no version of three numbers")]
    public void Check_OfAnImageWithoutVersion_FindsIt(string from, string expected) =>
        Assert.Contains(expected, DockerfileCheck.Run(Dockerfile.Parse(from), Repository.Root));

    private static string Text(string role) => File.ReadAllText(Path.Combine(Repository.Root, "k8s", "images", role + ".Dockerfile")).ReplaceLineEndings("\n");
}
