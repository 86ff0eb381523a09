using System.CommandLine;

var root = new RootCommand("ITContrast: contrastive image-text matching with hard-negative synthesis.");
return root.Parse(args).Invoke();
