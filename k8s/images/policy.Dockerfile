# The role policy. TORCH is cpu or cuda. From the repository's root:
#   docker build -f k8s/images/policy.Dockerfile --build-arg TORCH=cpu -t archer/policy:0.1.0-cpu .
ARG TORCH=cpu
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TORCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Archer.Client Archer.Client
COPY Archer.Policy Archer.Policy
RUN dotnet publish Archer.Policy/Archer.Policy.csproj -c Release -p:ArcherStack=cluster -p:ArcherTorch=${TORCH} -p:UseAppHost=false -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
# What the NVIDIA container runtime puts into the container; without it they mean nothing.
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /app
COPY --from=build /published .
USER 1654
EXPOSE 8080
ENTRYPOINT ["dotnet", "Archer.Policy.dll"]
