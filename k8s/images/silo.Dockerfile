# The role silo, on Microsoft Orleans. From the repository's root:
#   docker build -f k8s/images/silo.Dockerfile -t archer/silo:0.1.0 .
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY models models
COPY Archer.Client Archer.Client
COPY Archer.Grains Archer.Grains
COPY Archer.Policy Archer.Policy
COPY Archer.Trainer Archer.Trainer
COPY Archer.Silo Archer.Silo
# The silo runs no tensors; the processor's variant of the policy's package is the small one.
RUN dotnet publish Archer.Silo/Archer.Silo.csproj -c Release -p:ArcherStack=cluster -p:ArcherTorch=cpu -p:UseAppHost=false -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled
WORKDIR /app
COPY --from=build /published .
USER 1654
EXPOSE 8080 11111 30000
ENTRYPOINT ["dotnet", "Archer.Silo.dll"]
