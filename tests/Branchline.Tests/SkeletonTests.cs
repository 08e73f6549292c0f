namespace Branchline.Tests; public sealed class SkeletonTests { [Fact] public void Builds() { } }
