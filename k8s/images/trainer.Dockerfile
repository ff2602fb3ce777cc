# The role trainer, with the base checkpoints that it installs on an empty volume. TORCH is cpu or cuda. From the repository's root:
#   docker build -f k8s/images/trainer.Dockerfile --build-arg TORCH=cpu -t archer/trainer:0.1.0-cpu .
ARG TORCH=cpu
FROM mcr.microsoft.com/dotnet/sdk:10.0.401-noble AS build
ARG TORCH
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY Archer.Client Archer.Client
COPY Archer.Policy Archer.Policy
COPY Archer.Trainer Archer.Trainer
RUN dotnet publish Archer.Trainer/Archer.Trainer.csproj -c Release -p:ArcherStack=cluster -p:ArcherTorch=${TORCH} -p:UseAppHost=false -o /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0.12-noble
ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
WORKDIR /app
COPY --from=build /published .
COPY models models
USER 1654
EXPOSE 8080
ENTRYPOINT ["dotnet", "Archer.Trainer.dll"]
