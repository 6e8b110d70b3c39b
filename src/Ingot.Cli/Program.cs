System.Console.WriteLine("foundry");
